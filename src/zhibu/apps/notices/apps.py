from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "zhibu.apps.notices"
    verbose_name = "通知"

    def ready(self) -> None:
        from zhibu.apps.notices import digest  # noqa: F401 - its handlers register themselves
