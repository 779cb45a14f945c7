"""What other apps show on the page of a member (transfers, dues, appraisals …): they register a provider, the page asks for its panel.

A provider takes (request, member) and returns a `Panel`, or None where it has nothing to show or the viewer may not see it.
"""

from zhibu.kernel.console.panels import Panel, Panels

__all__ = ["Panel", "panels", "register"]

_registered = Panels()
register = _registered.register
panels = _registered.of
