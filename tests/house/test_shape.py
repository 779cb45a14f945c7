"""The shape of the house: small files, small functions, no strange words, pages that keep the policy of the site."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE = 400, 40, 150
CODE = ("*.py", "*.css", "*.js")
TEXT = (*CODE, "*.html", "*.md", "*.yaml", "*.toml", "*.sh", "Makefile", ".ci/run")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# folders of one machine; what belongs to an operating system's packages is the same everywhere
MACHINE = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w")
REGISTRY = re.compile(r"--(?:extra-)?index-url|pythonhosted|pypi\.org|/simple/")
LOOSE = {
    "inline style": re.compile(r"<[^>]+\sstyle=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[^>]+\son[a-z]+=", re.I),
    "foreign address": re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//", re.I),
    "evaluated attribute": re.compile(r"\bhx-(?:on|vals=[\"']js:|vars)", re.I),
    "unescaped value": re.compile(r"\|\s*safe\b|autoescape off"),
}


@cache
def files(*patterns: str) -> list[Path]:
    """The files of the repository that match, tracked or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = [ROOT / name for name in listed.split("\0") if name]
    found = [path for path in found if path.is_file()]
    assert found, patterns
    return found


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_too_long() -> None:
    long = {
        name(path): lines(path) for path in files(*CODE) if lines(path) > MAX_FILE and "/migrations/" not in str(path)
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {}
    for path in files("src/*.py", "tests/*.py", "benchmarks/*.py", "tools/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION:
                    long[f"{name(path)}:{node.name}"] = length
    assert long == {}


def test_no_template_is_too_long() -> None:
    assert {name(path): lines(path) for path in files("src/*.html") if lines(path) > MAX_TEMPLATE} == {}


@pytest.mark.parametrize("what", LOOSE)
def test_templates_keep_the_content_policy(what: str) -> None:
    loose = [name(path) for path in files("src/*.html") if LOOSE[what].search(path.read_text(encoding="utf-8"))]
    assert loose == []


@pytest.mark.parametrize(
    ("words", "unless"),
    [(UNFINISHED, "tests/house/"), (MACHINE, "tests/house/"), (REGISTRY, "tests/house/")],
    ids=["unfinished", "paths of one machine", "registries"],
)
def test_nothing_is_left_lying(words: re.Pattern[str], unless: str) -> None:
    found = [
        f"{name(path)}: {hit.group()}"
        for path in files(*TEXT, "requirements.lock")
        if not name(path).startswith(unless) and (hit := words.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color:red">', "inline style"),
        ("<script>alert(1)</script>", "inline script"),
        ('<a onclick="x()">', "event attribute"),
        ('<img src="//cdn.example.org/x.png">', "foreign address"),
        ("{{ name|safe }}", "unescaped value"),
    ],
)
def test_what_is_looked_for_is_found(text: str, what: str) -> None:
    assert LOOSE[what].search(text)
    assert not LOOSE[what].search(
        '<a class="btn" href="/people/" data-once>{{ name }}</a><script src="/x.js" defer></script>'
    )
