from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core import checks
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "zhibu.apps.accounts"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        from zhibu.apps.accounts import (
            contacts,
            jobs,  # noqa: F401 - its handlers register themselves
        )
        from zhibu.apps.accounts.checks import check_permissions, check_security
        from zhibu.apps.accounts.handlers import sync_roles
        from zhibu.apps.accounts.permissions import roles_like
        from zhibu.apps.accounts.queries import actor_by_id
        from zhibu.apps.accounts.services.session_list import opened
        from zhibu.kernel import messages
        from zhibu.kernel.handbook import set_role_resolver
        from zhibu.kernel.jobs import set_actor_resolver

        checks.register(check_permissions)
        checks.register(check_security)
        set_actor_resolver(actor_by_id)
        messages.set_directory(contacts.Contacts())
        set_role_resolver(roles_like)
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="accounts.sync_roles")
        user_logged_in.connect(opened, dispatch_uid="accounts.session_opened")
