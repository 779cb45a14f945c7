"""A small document of its own to try the pipeline on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhibu.kernel.documents.engine import typeset

FRAME = {
    "title": "试打",
    "organization": "东江实业",
    "printed_by": "张三",
    "printed_at": "2026-11-24 09:00",
    "day": "2026 年 11 月 24 日",
    "large": False,
}
TRIAL = """#import "/house.typ": *
#show: document
#title("试打")
#for word in data.words [#shown(word) #parbreak()]
"""

Print = Callable[..., bytes]


@pytest.fixture
def trial(tmp_path: Path) -> Print:
    """Return how to print some words in the house style."""
    template = tmp_path / "trial.typ"
    template.write_text(TRIAL, encoding="utf-8")

    def make(*words: Any, **frame: Any) -> bytes:
        return typeset(template, {"words": list(words), "frame": {**FRAME, **frame}})

    return make
