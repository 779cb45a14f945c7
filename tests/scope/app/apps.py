from django.apps import AppConfig


class ScopeTestConfig(AppConfig):
    name = "tests.scope.app"
    label = "scope_test"
