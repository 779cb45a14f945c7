"""Icons of the heroicons package, drawn once each: decoration only, always hidden from screen readers.

A page names them from one sheet that the browser keeps: two hundred drawings were nine tenths of every page. The sheet is
drawn from the package, with the icons of icon_names.txt, when the static files are looked for (`IconSheetFinder`).
"""

import os
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from heroicons import IconDoesNotExist

SHEET = "zhibu/icons.svg"
NAMES = Path(__file__).with_name("icon_names.txt")
#: the styles that the components draw
STYLES = ("outline", "mini")
_HEAD = '<svg class="icon" width="24" height="24" aria-hidden="true" focusable="false"'
#: what the head above says, and the breaks between the tags
_DROPPED = re.compile(r' xmlns="[^"]*"| aria-hidden="true"|(?<=>)\s+(?=<)')


@lru_cache(maxsize=1)
def _archive() -> ZipFile:
    """Return the package's icons. Its own function opens the archive anew, and reads its 1,300 entries, for every icon."""
    return ZipFile(BytesIO((files("heroicons") / "heroicons.zip").read_bytes()))


def _drawn(name: str, style: str) -> str:
    try:
        drawn = _archive().read(f"{style}/{name}.svg").decode()
    except KeyError as missing:
        raise IconDoesNotExist(f"no icon {name!r} of style {style!r}") from missing
    return _DROPPED.sub("", drawn.strip())


@cache
def on_sheet() -> frozenset[str]:
    """Return the names of the icons that the sheet holds, in each of STYLES."""
    return frozenset(NAMES.read_text(encoding="utf-8").split())


@lru_cache(maxsize=256)
def icon(name: str, style: str = "outline") -> SafeString:
    """Return the SVG of an icon, sized by CSS in the text's own size; one that the sheet lacks is drawn in full.

    `style` is outline, solid, mini or micro. Raises heroicons.IconDoesNotExist for an unknown name.
    """
    # The icon files are the package's own and the attributes are fixed above: nothing of a user gets in here.
    if style in STYLES and name in on_sheet() and (address := _address()):
        return mark_safe(f'{_HEAD}><use href="{address}#{style}-{name}"/></svg>')
    return mark_safe(_drawn(name, style).replace("<svg", _HEAD, 1))


def _address() -> str:
    """Return where the sheet lies, "" where the static files are of an earlier version that had none."""
    try:
        return static(SHEET)
    except ValueError:
        return ""


def sheet() -> str:
    """Return the sheet: one symbol an icon, its id made of style and name."""
    symbols = (
        _drawn(name, style).replace("<svg", f'<symbol id="{style}-{name}"', 1).removesuffix("</svg>") + "</symbol>\n"
        for style in STYLES
        for name in sorted(on_sheet())
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


class IconSheetFinder(BaseFinder):
    """Gives the sheet as one of the static files, drawn into DATA/drawn."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(settings.DATA / "drawn")
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the sheet lies, when it is what is looked for."""
        found = [str(self._draw())] if path == SHEET else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the sheet."""
        self._draw()
        yield SHEET, self.storage

    def _draw(self) -> Path:
        """Draw the sheet where it is missing or another one; a reader never sees half of it."""
        place = Path(self.storage.path(SHEET))
        text = sheet()
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = place.with_name(f".{place.name}.{os.getpid()}")
            draft.write_text(text, encoding="utf-8")
            draft.replace(place)
        return place
