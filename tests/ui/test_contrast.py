"""Contrast of the tokens: 7:1 for text that carries facts, 4.5:1 for the rest, 3:1 for edges (WCAG 2.2)."""

import re
from pathlib import Path

import pytest

import zhibu.kernel

SHEET = Path(zhibu.kernel.__file__).parent / "static/zhibu/css/tokens.css"
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SHEET.read_text()))


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "ground", ["surface", "paper", "sunk", "ok-wash", "due-wash", "late-wash", "info-wash", "plain-wash"]
)
@pytest.mark.parametrize("ink", ["ink", "ink-2"])
def test_facts_are_easy_to_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 7


@pytest.mark.parametrize("ground", ["surface", "paper", "sunk"])
def test_labels_are_easy_to_read(ground: str) -> None:
    assert contrast("ink-3", ground) >= 7


@pytest.mark.parametrize("state", ["ok", "due", "late", "info", "plain"])
def test_states_are_facts(state: str) -> None:
    assert contrast(state, f"{state}-wash") >= 7


def test_primary_act_is_easy_to_read() -> None:
    assert contrast("on-red", "red") >= 7
    assert contrast("red-deep", "red-wash") >= 7


@pytest.mark.parametrize("edge", ["edge", "focus", "ok-fill", "due-fill", "late-fill", "info-fill"])
def test_edges_can_be_seen(edge: str) -> None:
    assert contrast(edge, "surface") >= 3
