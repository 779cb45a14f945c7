"""Setting documents: data are never markup, rare characters print, missing ones are named, threads and forked workers print."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.documents.conftest import FRAME, Print
from tests.reading import pdf_pages, pdf_text
from zhibu.kernel.documents import DocumentError, MissingGlyph
from zhibu.kernel.documents import fonts as known
from zhibu.kernel.documents.engine import cleaned, typeset

NASTY = [
    "#panic()",
    "$a$",
    '"引号"',
    "*粗* _斜_ `码`",
    "#[x]",
    "\\u{41}",
    "// 注",
    "@ref <label>",
    "= 题",
    "~ -- ...",
    "a\\",
]


@pytest.mark.parametrize("text", NASTY)
def test_what_looks_like_markup_is_printed_as_it_stands(trial: Print, text: str) -> None:
    assert "".join(text.split()) in pdf_text(trial(text))


def test_a_line_break_in_a_value_breaks_the_line(trial: Print) -> None:
    assert "甲\n乙" in pdf_text(trial("甲\n乙")).replace(" ", "")


@pytest.mark.parametrize("name", ["𠮷野", "䶮", "古丽·买买提", "王𬭎", "Ōé 20"])
def test_rare_characters_of_names_print_and_can_be_read_out(trial: Print, name: str) -> None:
    assert "".join(name.split()) in pdf_text(trial(name))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("王😀五", "王□五"), ("👍🏻好", "□好"), ("❤️心", "□心"), ("1️⃣2", "12"), ("🇨🇳旗", "□□旗"),
        ("\ue000造", "□造"), ("👨‍👩‍👧家", "□□□家"), ("\U00031350", "□"), ("a\u0489b", "ab"),
    ],
)  # fmt: skip
def test_what_no_font_has_is_a_box_and_the_page_says_so(trial: Print, text: str, printed: str) -> None:
    made = pdf_text(trial("李四", text, "好人 1"))
    assert f"李四{printed}好人1" in made
    assert ("□处的字没有可以打印的字形：U+" in made) == ("□" in printed)


def test_only_the_lost_characters_are_replaced(trial: Print) -> None:
    made = pdf_text(trial("𠮷野", "䶮", "乐😀", "乐🎉"))
    assert "U+1F600、U+1F389" in made
    assert "𠮷野䶮乐□乐□" in made


def test_a_character_the_template_itself_has_and_no_font_is_named(tmp_path: Path) -> None:
    template = tmp_path / "odd.typ"
    template.write_text('#import "/house.typ": *\n#show: document\n王😀五 #data.words', encoding="utf-8")
    with pytest.raises(MissingGlyph) as told:
        typeset(template, {"frame": FRAME, "words": "好人"})
    assert told.value.characters == ["😀"]
    assert "“😀”（U+1F600）" in str(told.value)


def test_invisible_control_characters_are_left_out(trial: Print) -> None:
    assert "甲乙丙" in pdf_text(trial("甲\x01乙\u202e\ufeff丙"))
    assert cleaned({"a": ["x\r\ny", 3, None, True]}) == {"a": ["x\ny", 3, None, True]}


def test_a_name_of_two_hundred_characters_stays_on_the_page(trial: Print) -> None:
    chinese, latin = "东江实业托管服务中心" * 20, "a" * 200
    text = pdf_text(trial(chinese, latin))
    assert chinese in text
    assert latin in text
    assert "\u200b" not in text
    as_laid_out = text.partition("打印人")[0].splitlines()
    assert sum("aaa" in line for line in as_laid_out) > 1
    assert sum("东江" in line for line in as_laid_out) > 1


def test_every_file_says_which_page_of_how_many_and_who_printed_it(trial: Print) -> None:
    made = trial(*["一行"] * 80)
    text = pdf_text(made)
    pages = pdf_pages(made)
    assert pages > 1
    assert f"第{pages}页共{pages}页" in text
    assert "打印人：张三" in text
    assert "打印时间：2026-11-24 09:00" in text


def test_large_print_takes_more_room(trial: Print) -> None:
    assert pdf_pages(trial(*["一行"] * 80, large=True)) > pdf_pages(trial(*["一行"] * 80))


def test_a_fault_of_the_template_is_no_missing_glyph(tmp_path: Path) -> None:
    template = tmp_path / "broken.typ"
    template.write_text("#unknown-name", encoding="utf-8")
    with pytest.raises(DocumentError) as told:
        typeset(template, {"frame": FRAME})
    assert not isinstance(told.value, MissingGlyph)


def test_a_template_reads_no_file_of_the_machine(tmp_path: Path) -> None:
    template = tmp_path / "curious.typ"
    for address in ("/etc/hostname", "../../../../etc/hostname"):
        template.write_text(f'#read("{address}")', encoding="utf-8")
        with pytest.raises(DocumentError):
            typeset(template, {"frame": FRAME})


def test_the_file_is_pdf_a_and_carries_its_date(trial: Print, tmp_path: Path) -> None:
    template = tmp_path / "trial.typ"
    at = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    made = typeset(template, {"words": [], "frame": FRAME}, now=at)
    assert b"pdfaid:conformance" in made
    assert b"2026-01-02T03:04:05" in made


def test_no_font_comes_from_the_system() -> None:
    assert known.missing() == []
    assert {Path(font.path or "").parent for font in known.fonts().fonts()} == set(known.folders())


@pytest.mark.concurrency
def test_threads_print_at_the_same_time(trial: Print) -> None:
    texts: dict[int, list[str]] = {}

    def work(number: int) -> None:
        texts[number] = [pdf_text(trial(f"第{number}号{turn}次")) for turn in range(5)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [f"第{n}号{turn}次" in texts[n][turn] for n in range(4) for turn in range(5)] == [True] * 20


FORK = """
import os, sys, time
from pathlib import Path
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from zhibu.kernel.documents import engine
template = Path(sys.argv[1])
data = {data!r}
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
start = time.monotonic()
made = engine.typeset(template, data)
print(f"{{time.monotonic() - start:.2f}}")
os._exit(0 if made.startswith(b"%PDF") else 1)
"""


@pytest.mark.concurrency
def test_a_worker_forked_from_a_master_prints(trial: Print, tmp_path: Path) -> None:
    script = FORK.format(data={"words": ["甲"], "frame": FRAME})
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "trial.typ")],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert float(done.stdout) < 30
