from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "zhibu.apps.meetings"
    verbose_name = "组织生活"
