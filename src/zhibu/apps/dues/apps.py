from django.apps import AppConfig


class DuesConfig(AppConfig):
    name = "zhibu.apps.dues"
    verbose_name = "党费"
