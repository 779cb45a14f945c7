from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """Last of the apps to be asked, first to be listed: finds what each app declares."""

    name = "zhibu.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        from zhibu.kernel import (
            collector,
            upkeep,  # noqa: F401 - registers the housekeeping at night
        )
        from zhibu.kernel.audit import schedule  # noqa: F401 - registers the sealing every minute
        from zhibu.kernel.calendar import actions  # noqa: F401 - the act registers itself
        from zhibu.kernel.console import declare, views  # noqa: F401 - the export handler registers itself
        from zhibu.kernel.documents import many  # noqa: F401 - so does the one that prints
        from zhibu.kernel.messages import handlers  # noqa: F401 - registers the sending
        from zhibu.kernel.publicity import screen  # noqa: F401 - the list of notices registers itself
        from zhibu.kernel.retention import actions as erasing  # noqa: F401 - so does this one
        from zhibu.kernel.retention import sources  # noqa: F401 - what the kernel itself keeps

        autodiscover_modules("actions", "console", "documents", "handlers", "imports", "nav", "retention")
        from zhibu.kernel.imports import wiring

        wiring.connect()
        declare.register_navigation()
        collector.started()
