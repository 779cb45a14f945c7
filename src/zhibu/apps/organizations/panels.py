"""What other apps show on the page of an organisation: they register a provider, this app asks for its panel."""

from zhibu.kernel.console.panels import Panel, Panels

__all__ = ["Panel", "panels", "register"]

_registered = Panels()
register = _registered.register
panels = _registered.of
