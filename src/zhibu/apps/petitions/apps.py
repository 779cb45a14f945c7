from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "zhibu.apps.petitions"
    verbose_name = "请示批复"
