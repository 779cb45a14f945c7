from django.apps import AppConfig


class AppraisalsConfig(AppConfig):
    name = "zhibu.apps.appraisals"
    verbose_name = "民主评议"
