from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "zhibu.apps.people"
    verbose_name = "人员"

    def warm(self) -> None:
        """Load what the first search of a server would wait for (see kernel.serving.memory)."""
        from zhibu.apps.people.search import spellings

        spellings("王")
