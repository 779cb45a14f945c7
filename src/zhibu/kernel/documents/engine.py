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
from collections.abc import Iterator, Mapping
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
    Raises MissingGlyph, or DocumentError when the template is at fault.
    """
    text = json.dumps(cleaned(data), ensure_ascii=False)
    if now is not None:  # the file's own date knows neither named time zones nor parts of a second
        now = now.astimezone(timezone(now.utcoffset() or timedelta(0))).replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="zhibu-print-") as folder, contextlib.ExitStack() as memory:
        root = Path(folder)
        for source in (*template.parent.glob("*.typ"), HOUSE):
            shutil.copyfile(source, root / source.name)
        for name, content in (pictures or {}).items():
            (root / name).symlink_to(memory.enter_context(lent(content)))
        try:
            return _compile(root / template.name, text, now)
        except DocumentError as error:
            raise _told(error, data) from error


def cleaned(value: Any) -> Any:
    """Return JSON values whose texts hold no invisible control characters: they have no glyph, and no meaning here."""
    if isinstance(value, str):
        if value.isprintable():
            return value
        return "".join(c for c in value.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c) not in _SILENT)
    if isinstance(value, Mapping):
        return {str(name): cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one) for one in value]
    return value


_SILENT = {"Cc", "Cf", "Cs", "Zl", "Zp"}


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
    characters = [c for c in dict.fromkeys("".join(map(_unescaped, _MISSING.findall(str(error))))) if c.strip()]
    if not characters:
        return error
    places = [text for text in dict.fromkeys(_texts(data)) if any(c in text for c in characters)]
    return MissingGlyph(characters[:5], [text if len(text) <= 20 else f"{text[:20]}…" for text in places[:3]])


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
