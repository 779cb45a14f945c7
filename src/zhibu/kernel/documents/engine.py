"""Setting a document: a template and plain data become a PDF/A-2b file.

Data reach the template as one JSON string: nothing in them is ever markup. A template sees no file but what `typeset`
puts into its folder. Threads have a compiler each (one compiler refuses to be used twice at once) and share the fonts.
Nothing here may be forked after it has printed: the typesetter's own threads do not come along.
"""

import contextlib
import json
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import typst

from zhibu.kernel.documents.fonts import fonts
from zhibu.kernel.files import lent

HOUSE = Path(__file__).resolve().parent / "house.typ"
STANDARD = "a-2b"
#: data of up to so many characters make a tagged file, which can be read aloud in its order; tags of a large one take ten
#: times as long as all the rest
TAGGED = 40_000
#: the typesetter remembers parts of what it set for so many settings; a large file's would fill the memory
REMEMBERED = 11
#: what is printed for a character no font has
BOX = "□"
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")
_local = threading.local()


class DocumentError(Exception):
    """A document could not be made; the text is for the log, not for the user."""


class MissingGlyph(DocumentError):
    """No font has one of the characters; the text names them and where they stand, for the user."""

    def __init__(self, characters: list[str], places: list[str]) -> None:
        self.characters, self.places = characters, places
        super().__init__(str(self))

    def __str__(self) -> str:
        named = "、".join(f"“{one}”（U+{ord(one):04X}）" for one in self.characters)
        where = "，出现在：" + "；".join(self.places) if self.places else ""
        return f"有的字没有可以打印的字形：{named}{where}。请改正这些内容后再打印。"


def typeset(
    template: Path, data: Mapping[str, Any], *, pictures: Mapping[str, bytes] | None = None, now: datetime | None = None
) -> bytes:
    """Return the PDF of `template` with `data` (JSON values); `pictures` are contents of files under the names the data use.

    Every .typ file beside the template may be imported, and "/house.typ". `now`: the moment written into the file.
    A character of the data without a glyph is printed as □, and the foot of the page says which.
    Raises MissingGlyph for a character of the template's own, or DocumentError when the template is at fault.
    """
    data = cleaned(data)
    if now is not None:  # the file's own date knows neither named time zones nor parts of a second
        now = now.astimezone(timezone(now.utcoffset() or timedelta(0))).replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="zhibu-print-") as folder, contextlib.ExitStack() as memory:
        root = Path(folder)
        for source in (*template.parent.glob("*.typ"), HOUSE):
            shutil.copyfile(source, root / source.name)
        for name, content in (pictures or {}).items():
            (root / name).symlink_to(memory.enter_context(lent(content)))
        return _set(root / template.name, data, now)


def _set(main: Path, data: Any, now: datetime | None) -> bytes:
    """Return the PDF of cleaned data. What no font has becomes BOX; what only adorns another character is left out first."""
    lost: dict[str, str] = {}
    while True:
        try:
            return _compile(main, json.dumps(_without(data, lost), ensure_ascii=False), now)
        except DocumentError as error:
            characters = _lost(error)
            adorning = [c for c in characters if unicodedata.category(c) in _ADORNING]
            found = dict.fromkeys(adorning, "") or dict.fromkeys(characters, BOX)
            if not found or found.keys() <= lost.keys():
                raise _told(error, data) from error
            lost |= found


def _without(data: Any, lost: Mapping[str, str]) -> Any:
    """Return the data with the lost characters replaced, and said to be so in the frame of the page."""
    if not lost:
        return data
    table = str.maketrans(dict(lost))
    named = [f"U+{ord(c):04X}" for c, instead in lost.items() if instead]
    note = f"□ 处的字没有可以打印的字形：{'、'.join(named[:5])}{' 等' if named[5:] else ''}" if named else ""
    replaced = _each(data, lambda text: text.translate(table))
    return {**replaced, "frame": {**replaced.get("frame", {}), "replaced": note}}


def cleaned(value: Any) -> Any:
    """Return JSON values whose texts hold no invisible control characters: they have no glyph, and no meaning here."""
    return _each(value, _audible)


def _audible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c) not in _SILENT)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """Return JSON values with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {str(name): _each(one, change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each(one, change) for one in value]
    return value


_SILENT = {"Cc", "Cf", "Cs", "Zl", "Zp"}
#: marks, selectors and skin tones: nothing by themselves
_ADORNING = {"Mn", "Me", "Mc", "Sk"}


def _compile(main: Path, text: str, now: datetime | None) -> bytes:
    """Return the PDF, or raise DocumentError with what the typesetter said."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(font_paths=fonts())
    try:
        made = _local.compiler.compile(
            input=main,
            root=main.parent,
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=now,
            sys_inputs={"data": text},
            pdf_tags=len(text) <= TAGGED,
        )
    except typst.TypstError as error:
        raise DocumentError(error.diagnostic or error.message) from error
    finally:
        if len(text) > TAGGED:
            _forget(_local.compiler)
    return bytes(made)


def _forget(compiler: typst.Compiler) -> None:
    """Let go of what was remembered of a large file: nothing of it will be set again."""
    for _ in range(REMEMBERED):
        compiler.compile(input=b"", format="pdf")


def _told(error: DocumentError, data: Mapping[str, Any]) -> DocumentError:
    """Return what to tell: the characters without a glyph and where they stand, if that is what went wrong."""
    characters = _lost(error)
    if not characters:
        return error
    places = [text for text in dict.fromkeys(_texts(data)) if any(c in text for c in characters)]
    return MissingGlyph(characters[:5], [text if len(text) <= 20 else f"{text[:20]}…" for text in places[:3]])


def _lost(error: DocumentError) -> list[str]:
    """Return the characters the typesetter had no glyph for."""
    return [c for c in dict.fromkeys("".join(map(_unescaped, _MISSING.findall(str(error))))) if c.strip()]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda hit: chr(int(hit[1], 16)) if hit[1] else hit[2], text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
