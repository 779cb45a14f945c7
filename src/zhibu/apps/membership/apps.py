from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "zhibu.apps.membership"
    verbose_name = "党员管理"
