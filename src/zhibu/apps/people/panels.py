"""What other apps show on the page of a person: they register a provider, the record page asks for its panel."""

from zhibu.kernel.console.panels import Panel, Panels

__all__ = ["Panel", "panels", "register"]

_registered = Panels()
register = _registered.register
panels = _registered.of
