"""The fonts of documents: only those that come with the packages, so that every machine prints the same."""

from functools import cache
from pathlib import Path

import typst
from noto_cjk import otc_path
from pylopdf_fonts_zh_cn import sans_path, serif_path

#: families as the house style names them: text, formal text, and what has the rare characters of names
SANS, SERIF, RARE = "Noto Sans SC", "Noto Serif SC", "Noto Sans CJK SC"


def files() -> list[Path]:
    """Return the font files, found through their packages. Raises FontNotInstalled when a package is missing."""
    return [Path(sans_path()), Path(serif_path()), Path(otc_path("sans"))]


def folders() -> list[Path]:
    """Return the folders that hold them."""
    return list(dict.fromkeys(path.parent for path in files()))


@cache
def fonts() -> typst.Fonts:
    """Return the loaded fonts; no font of the system or of the typesetter is among them."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders()])


def missing() -> list[str]:
    """Return the families the house style needs and the packages do not give."""
    have = set(fonts().families())
    return [family for family in (SANS, SERIF, RARE) if family not in have]
