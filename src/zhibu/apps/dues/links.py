"""What stands beside the lists: imports and pages that belong to them."""

from django.urls import reverse

from zhibu.apps.dues.permissions import ASSESS, BOOKS, MONEY
from zhibu.kernel.actor import Actor

Links = list[tuple[str, str]]


def beside_charges(actor: Actor) -> Links:
    """Beside what is owed."""
    return [
        ("收缴情况", reverse("dues-board")), ("没有算到的党员", reverse("dues-missing")), ("按季交纳", reverse("dues-quarterly")),
        ("党费计算", reverse("dues-assessments")),
    ]  # fmt: skip


def beside_incoming(actor: Actor) -> Links:
    """Beside the transfers."""
    found = (
        [("导入银行流水", reverse("import-new", args=["dues.bank"]))]
        if actor.may(MONEY) and actor.may("imports.run")
        else []
    )
    return [*found, *([("对账", reverse("dues-reconcile"))] if actor.may(BOOKS) else [])]


def beside_bases(actor: Actor) -> Links:
    """Beside the bases."""
    if not (actor.may(ASSESS) and actor.may("imports.run")):
        return []
    return [("导入工资构成", reverse("import-new", args=["dues.bases"])), ("党费政策", reverse("dues-policies"))]


def beside_spendings(actor: Actor) -> Links:
    """Beside the uses."""
    return [("预算", reverse("dues-budgets"))]
