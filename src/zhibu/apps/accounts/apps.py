from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhibu.apps.accounts"
    verbose_name = "账号与权限"
