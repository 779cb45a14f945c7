from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "zhibu.apps.transfers"
    verbose_name = "组织关系接转"
