"""How long each kind of data is kept (params/retention.yaml), and doing what the table says.

    @retained("reveals")
    def old_looks(before: datetime) -> Rows: return Rows(count=…, erase=…)

An app registers its kinds from its module `handlers`. Where another nightly job already does it, `erase` is None.
"""

from zhibu.kernel.retention.registry import Rows, cleared, deleted, retained

__all__ = ["Rows", "cleared", "deleted", "retained"]
