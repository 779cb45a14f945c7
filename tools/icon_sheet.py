"""Draws the sheet of icons anew: `.venv/bin/python tools/icon_sheet.py`, after an icon was used that no page had before.

The sheet holds every icon of the heroicons package that the code, a template or a table names, in the two styles that the
components draw. An icon that is missing from it is drawn into the page itself, so nothing is ever without its picture.
"""

import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

SOURCES = Path(__file__).resolve().parents[1] / "src/zhibu"
SHEET = SOURCES / "kernel/static/zhibu/icons.svg"
STYLES = ("outline", "mini")
#: what the page says of every icon, and the breaks between the tags
_DROPPED = re.compile(r' xmlns="[^"]*"| aria-hidden="true"|(?<=>)\s+(?=<)')


def named() -> set[str]:
    """Return every word in quotes that could name an icon, in code, templates and tables."""
    texts = (p.read_text(encoding="utf-8") for kind in ("py", "html", "yaml") for p in SOURCES.rglob(f"*.{kind}"))
    return {word for text in texts for word in re.findall(r"[\"']([a-z0-9]+(?:-[a-z0-9]+)*)[\"']", text)}


def sheet() -> str:
    """Return the SVG: one symbol an icon, its id made of style and name."""
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(_symbols())}</svg>\n'


def _symbols() -> Iterator[str]:
    words = named()
    with ZipFile(BytesIO((files("heroicons") / "heroicons.zip").read_bytes())) as archive:
        for style in STYLES:
            for entry in sorted(archive.namelist()):
                name = entry.removeprefix(f"{style}/").removesuffix(".svg")
                if f"{style}/{name}.svg" == entry and name in words:
                    drawn = _DROPPED.sub("", archive.read(entry).decode().strip())
                    inner = drawn.replace("<svg ", f'<symbol id="{style}-{name}" ', 1).removesuffix("</svg>")
                    yield f"{inner}</symbol>\n"


def main() -> int:
    SHEET.write_text(sheet(), encoding="utf-8")
    print(f"{SHEET}: {SHEET.read_text(encoding='utf-8').count('<symbol')} icons, {SHEET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
