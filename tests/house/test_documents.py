"""The documents say what is there: links lead somewhere, commands and variables exist."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from zhibu.kernel.rules.registry import all_rules

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    missing = [
        link for link in LINK.findall(document.read_text(encoding="utf-8")) if not (document.parent / link).exists()
    ]
    assert missing == []


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs/decisions").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in listed


@pytest.mark.parametrize("readme", DOCUMENTS[:2], ids=lambda path: path.name)
def test_a_readme_names_only_commands_and_variables_that_exist(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) - {"nothing"} <= made
    words = set(re.findall(r"\bzhibu ([a-z]+)\b", text))
    assert words <= {*get_commands(), "rules", "reader", "help"}
    settings = (ROOT / "src/zhibu/settings.py").read_text(encoding="utf-8")
    for variable in set(re.findall(r"`(ZHIBU_[A-Z]+)`", text)):
        assert f'"{variable}"' in settings


def test_every_dependency_is_explained() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    explained = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8").lower()
    stubs = ("types-", "django-stubs")
    names = [re.split(r"[\[<>=]", line)[0].lower() for line in wanted]
    assert [name for name in names if name not in explained and not name.startswith(stubs)] == []


def test_every_app_says_what_lives_in_it() -> None:
    for app in (ROOT / "src/zhibu/apps").iterdir():
        if (app / "apps.py").exists():
            assert (app / "README.md").read_text(encoding="utf-8").startswith("# ")


def test_the_command_line_offers_the_same_rules_as_the_page() -> None:
    from zhibu.kernel.rules.views import GROUPS

    assert {rule.name.partition(".")[0] for rule in all_rules()} <= set(GROUPS)
