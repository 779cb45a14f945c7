from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "zhibu.apps.compliance"
    verbose_name = "组织生活落实情况"
