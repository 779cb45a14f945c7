"""Uploaded papers inside a printed file: how many pages a PDF has, and each page as a picture.

An archival file (PDF/A) may not hold another PDF: its pages are drawn. A paper that does not open is told, never left out.
"""

import io
import re
import tempfile
from pathlib import Path
from typing import Any

import typst
from PIL import Image

from zhibu.kernel.documents.engine import DocumentError
from zhibu.kernel.files import lent

#: sharp enough for handwriting and seals on A4
DOTS_PER_INCH = 130.0
QUALITY = 80
_COUNT = re.compile(r"only has (\d+) page")
#: no paper has so many pages: asking for it makes the typesetter tell how many there are
_BEYOND = 1_000_000


class Unreadable(DocumentError):
    """The PDF does not open: damaged, or locked with a password."""


def pages_of(content: bytes) -> int:
    """Return how many pages a PDF has. Raises Unreadable."""
    try:
        _drawn(content, _BEYOND)
    except typst.TypstError as error:
        told = " ".join([str(error), *getattr(error, "hints", [])])
        if found := _COUNT.search(told):
            return int(found[1])
    raise Unreadable("this PDF does not open")


def page_picture(content: bytes, page: int) -> bytes:
    """Return a page (from 1) of a PDF as JPEG. Raises Unreadable."""
    try:
        drawn = _drawn(content, page)
    except typst.TypstError as error:
        raise Unreadable(str(error)) from error
    with Image.open(io.BytesIO(drawn)) as picture:
        made = io.BytesIO()
        picture.convert("RGB").save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _drawn(content: bytes, page: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="zhibu-page-") as folder, lent(content) as place:
        root = Path(folder)
        (root / "paper.pdf").symlink_to(place)
        main = root / "page.typ"
        main.write_text(
            f'#set page(width: auto, height: auto, margin: 0pt)\n#image("paper.pdf", page: {page})', encoding="utf-8"
        )
        made: Any = typst.Compiler().compile(input=main, root=root, format="png", ppi=DOTS_PER_INCH)
    return bytes(made)
