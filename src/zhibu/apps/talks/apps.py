from django.apps import AppConfig


class TalksConfig(AppConfig):
    name = "zhibu.apps.talks"
    verbose_name = "谈心谈话"
