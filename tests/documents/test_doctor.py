"""`zhibu doctor` prints a page, and says so when it cannot."""

from pathlib import Path

import pytest

from zhibu.kernel.doctor import State
from zhibu.kernel.documents import doctor


def test_a_trial_page_is_printed() -> None:
    found = doctor.printing(False)
    assert found.state is State.OK
    assert found.message.startswith("3 套字体齐全")


def test_fonts_that_are_not_there_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.fonts, "missing", lambda: ["Noto Serif SC"])
    found = doctor.printing(False)
    assert (found.state, found.message) == (State.FAULT, "缺少打印用的字体：Noto Serif SC")

    def gone() -> list[str]:
        raise RuntimeError("noto-cjk-sans-otc is not installed")

    monkeypatch.setattr(doctor.fonts, "missing", gone)
    assert doctor.printing(False).state is State.FAULT


def test_a_page_that_does_not_come_out_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "trial.typ"
    broken.write_text("#nothing", encoding="utf-8")
    monkeypatch.setattr(doctor, "TEMPLATE", broken)
    assert doctor.printing(False).state is State.FAULT
