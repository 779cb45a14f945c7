from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "zhibu.apps.people"
    verbose_name = "人员"
