from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "zhibu.kernel"
    label = "kernel"
    verbose_name = "内核"
