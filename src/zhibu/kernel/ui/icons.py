"""Icons of the heroicons package, drawn once each: decoration only, always hidden from screen readers."""

from functools import lru_cache

import heroicons
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=256)
def icon(name: str, style: str = "outline") -> SafeString:
    """Return the SVG of an icon, sized by CSS in the text's own size.

    `style` is outline, solid, mini or micro. Raises heroicons.IconDoesNotExist for an unknown name.
    """
    attributes: dict[str, object] = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    # The icon files are the package's own and the attributes are fixed above: nothing of a user gets in here.
    return mark_safe(heroicons._render_icon(style, str(name), 24, attributes))
