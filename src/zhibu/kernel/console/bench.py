"""Cards that apps put on the first page (工作台): the office's for who holds a permission, one's own for everybody.

A provider takes (request, the viewer's own person or None) and returns a `Panel`, or None where it has nothing to show.
"""

from zhibu.kernel.console.panels import Panel, Panels

__all__ = ["Panel", "office", "own", "register_office", "register_own"]

office, own = Panels(), Panels()
register_office = office.register
register_own = own.register
