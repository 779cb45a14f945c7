"""Makes imports known to the platform once every app has declared what can be imported: acts, jobs, menu."""

from zhibu.kernel.imports import actions, checking, upkeep, writing  # noqa: F401 - they register themselves
from zhibu.kernel.imports.models import RUN, ImportBatch
from zhibu.kernel.imports.spec import all_specs
from zhibu.kernel.ui.nav import NavItem, register


def connect() -> None:
    """Put 导入 into the menu of whoever may import anything or look at imports."""
    permissions = {RUN, ImportBatch.scope_permission, *(spec.permission for spec in all_specs())}
    register(NavItem("系统", "导入", "imports", "arrow-up-tray", tuple(sorted(permissions)), 80))
