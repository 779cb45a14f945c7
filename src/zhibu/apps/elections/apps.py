from django.apps import AppConfig


class ElectionsConfig(AppConfig):
    name = "zhibu.apps.elections"
    verbose_name = "换届选举"
