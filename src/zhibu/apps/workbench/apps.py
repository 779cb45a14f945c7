from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "zhibu.apps.workbench"
    verbose_name = "工作台"
