"""Icons of the heroicons package, drawn once each: decoration only, always hidden from screen readers.

A page names them from one sheet (`static/zhibu/icons.svg`, which tools/icon_sheet.py makes), that the browser keeps: two
hundred drawings were nine tenths of every page.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from heroicons import IconDoesNotExist

SHEET = "zhibu/icons.svg"
_HEAD = '<svg class="icon" width="24" height="24" aria-hidden="true" focusable="false"'
#: what the head above says, and the breaks between the tags
_DROPPED = re.compile(r' xmlns="[^"]*"| aria-hidden="true"|(?<=>)\s+(?=<)')


@lru_cache(maxsize=1)
def _archive() -> ZipFile:
    """Return the package's icons. Its own function opens the archive anew, and reads its 1,300 entries, for every icon."""
    return ZipFile(BytesIO((files("heroicons") / "heroicons.zip").read_bytes()))


@cache
def on_sheet() -> frozenset[str]:
    """Return what the sheet holds: style and name, as `outline-bell`."""
    sheet = (Path(__file__).parents[1] / "static" / SHEET).read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sheet))


@lru_cache(maxsize=256)
def icon(name: str, style: str = "outline") -> SafeString:
    """Return the SVG of an icon, sized by CSS in the text's own size; one that the sheet lacks is drawn in full.

    `style` is outline, solid, mini or micro. Raises heroicons.IconDoesNotExist for an unknown name.
    """
    # The icon files are the package's own and the attributes are fixed above: nothing of a user gets in here.
    if (symbol := f"{style}-{name}") in on_sheet():
        return mark_safe(f'{_HEAD}><use href="{static(SHEET)}#{symbol}"/></svg>')
    try:
        drawn = _archive().read(f"{style}/{name}.svg").decode()
    except KeyError as missing:
        raise IconDoesNotExist(f"no icon {name!r} of style {style!r}") from missing
    return mark_safe(_DROPPED.sub("", drawn.strip()).replace("<svg", _HEAD, 1))
