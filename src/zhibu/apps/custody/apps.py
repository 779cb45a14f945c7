from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "zhibu.apps.custody"
    verbose_name = "托养托管"
