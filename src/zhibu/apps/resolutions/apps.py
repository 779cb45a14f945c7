from django.apps import AppConfig


class ResolutionsConfig(AppConfig):
    name = "zhibu.apps.resolutions"
    verbose_name = "支部决议"
