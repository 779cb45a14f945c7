"""First-password slips: name outside, password inside, a flap to close it."""

from collections.abc import Iterable

from zhibu.apps.accounts.services.slips import PrintedSlip
from zhibu.kernel.documents import Content


def content(slips: Iterable[PrintedSlip], label: str, site: str) -> Content:
    """Return the slips as they are set; `site` is the address where one signs in."""
    rows = [
        {"name": one.name, "branch": one.branch, "username": one.username, "password": one.password} for one in slips
    ]
    return Content(title=label, data={"slips": rows, "site": site})
