"""What people paste, what machines send, what attackers try: values for every field and every query parameter."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

TEXTS: tuple[str, ...] = (
    "", "   ", "\u3000", "长" * 200, "x" * 10_000, "'\";--", "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>", "a\0b",
    "😀👩‍👩‍👧", "\u202e右到左\u200f\ufeff", "𠮷䶮·", "0000-00-00", "9999-12-31", "2026-02-30", (date.today() + timedelta(days=1)).isoformat(),
    "-1", "1e309", "１２３", "9" * 30, "9" * 5_000, "NaN", "%d %s {0} {obj} %(x)s", "=cmd|' /C calc'!A0", "00000000-0000-0000-0000-000000000000",
    "\r\nX-Injected: 1", "../../etc/passwd",
)  # fmt: skip

#: those of them that a form may well take, so that they reach the rules and the tables behind it
PLAUSIBLE: tuple[str, ...] = (
    "长" * 200, "😀👩‍👩‍👧", "𠮷䶮·", "\u202e右到左", "'\";--", "{0} {obj} %(x)s %d", "=cmd|' /C calc'!A0", "9999-12-31", "0001-01-01",
    (date.today() + timedelta(days=1)).isoformat(), "１２３", "32767", "2147483648", "<b>粗</b>", "-", "。", "长" * 39,
)  # fmt: skip


def spread(names: Sequence[str], turn: int) -> dict[str, str]:
    """Return every name with a value, each with another one; over all turns every name meets every value."""
    return {name: TEXTS[(place * 7 + turn) % len(TEXTS)] for place, name in enumerate(names)}


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
#: (name, content, stated type)
FILES: tuple[tuple[str, bytes, str], ...] = (
    ("照片.jpg", b"MZ\x90\x00" + bytes(200), "image/jpeg"),
    ("图.svg", SVG, "image/svg+xml"),
    ("图.jpg", SVG, "image/jpeg"),
    ("空.jpg", b"", "image/jpeg"),
    ("断.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    ("大.jpg", b"\xff\xd8\xff" + bytes(11 * 1024 * 1024), "image/jpeg"),
    ("表.xlsx", b"PK\x03\x04" + bytes(50), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/vnd.ms-excel"),
    ("二进制.csv", bytes(range(256)) * 4, "text/csv"),
    ("../../" + "长" * 120 + ".exe\u202egpj.jpg", b"GIF89a<script>", "image/gif"),
)

#: raw query strings and bodies that no browser sends
RAW: tuple[str, ...] = (
    "%", "%zz", "%ff%fe", "%ED%A0%80", "%00", "=", "&&&", "a=%E4%BD", "q[]=1&q[a]=2", "q=1&q=2&page=1&page=x", "page=%EF%BC%91",
    "%F0%A0%AE%B7=1", "key=%ED%A0%80&rev=%ff&seen=%00",
)  # fmt: skip
PATHS: tuple[str, ...] = (
    "/%", "/%00", "/%ff", "/people/%ff/", "/people/%ED%A0%80/", "/people/not-a-uuid/", "/people/00000000-0000-0000-0000-000000000000/",
    "/do/%ED%A0%80/", "/do/nothing/", "/do/people.person.create/00000000-0000-0000-0000-000000000000/", "/do/" + "x" * 5_000 + "/",
    "/rules/%E4%BD/", "/rules/a%00b/", "/calendar/0/", "/calendar/" + "9" * 30 + "/", "/calendar/" + "9" * 5_000 + "/", "/imports/new/../",
    "/imports/template/x/", "/files/x/", "/static/../settings.py", "/people/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/ui/%3Cscript%3E/",
    "/" + "a" * 10_000, "/people//", "/people", "/.git/config", "/exports/" + "0" * 32 + "/",
)  # fmt: skip


def upload(place: int) -> SimpleUploadedFile:
    """Return one of FILES as a browser would send it."""
    name, content, kind = FILES[place]
    made = SimpleUploadedFile("x", content, kind)
    made.name = name  # as it came over the wire, before anything cleans it
    return made
