from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "zhibu.apps.cards"
    verbose_name = "IC 卡"
