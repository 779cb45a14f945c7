from django.apps import AppConfig


class DevelopmentConfig(AppConfig):
    name = "zhibu.apps.development"
    verbose_name = "发展党员"
