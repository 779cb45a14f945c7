from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "zhibu.apps.organizations"
    verbose_name = "组织机构"
