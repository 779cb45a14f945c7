from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "zhibu.apps.voting"
    verbose_name = "表决"
