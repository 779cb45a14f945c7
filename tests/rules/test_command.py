"""`zhibu rules` and the frame of the command line, in the process and as a program."""

import json
import subprocess
import sys
from pathlib import Path

import django.core.management
import pytest

from zhibu.cli import main


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhibu.cli", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_trial_prints_one_json_object(tmp_path: Path) -> None:
    done = run(tmp_path, "rules", "try", "money.upper", "--json", '{"amount": "105.00"}')
    assert (done.returncode, done.stderr) == (0, "")
    assert "壹佰零伍元整" in done.stdout
    assert done.stdout.count("\n") == 1
    assert json.loads(done.stdout) == {
        "result": {"text": "壹佰零伍元整"},
        "violations": [],
        "source": {"regulation": "会计基础工作规范", "version": "现行", "article": "第五十二条"},
    }
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_an_answer_too_whatever_the_locale(tmp_path: Path) -> None:
    words = ("rules", "try", "people.identity_number", "--json", '{"number": "110101199003071234"}')
    done = run(tmp_path, *words, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["violations"][0]["code"] == "identity.checksum"


@pytest.mark.parametrize(
    "words",
    [
        ("try", "money.upper", "--json", '{"amount": true}'),
        ("try", "money.upper", "--json", "[1]"),
        ("try", "money.upper", "--json", "{"),
        ("try", "money.upper", "--json", '{"amount": "1\\n2\\ud800"}'),
        ("try", "money.upper", "--json", '{"\\ud800\\n": "1"}'),
        ("try", "money.upper"),
        ("try", "nothing", "--json", "{}"),
        ("explain", "nothing"),
        ("explain",),
        (),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(["rules", *words])
    except SystemExit as stop:
        code = stop.code
    captured = capfd.readouterr()
    assert code == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert any("\u4e00" <= character <= "\u9fff" for character in captured.err)


def test_bad_input_as_a_program(tmp_path: Path) -> None:
    done = run(tmp_path, "rules", "try", "money.upper", "--json", '{"amount": "1.005"}')
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "输入有误：金额（amount）：金额最多到分，小数点后只能有两位\n"


def test_explain_as_a_program(tmp_path: Path) -> None:
    done = run(tmp_path, "rules", "explain", "calendar.publicity_end")
    assert done.returncode == 0
    assert "依据：中国共产党发展党员工作细则（2026）第十三条" in done.stdout
    assert "working_days  公示工作日天数（integer，必填）" in done.stdout
    assert "end  公示的最后一天" in done.stdout


def test_the_list_names_every_rule_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert ["money.upper", "金额大写", "会计基础工作规范", "现行", "第五十二条"] in rows
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_choices_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "cards.normalize"]) == 0
    assert "bytes  卡号字节数（choice，必填；可选：4=4 字节、7=7 字节）" in capsys.readouterr().out


def test_the_rules_need_neither_django_nor_settings(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom zhibu.cli import main\nmain(['rules', 'list'])\n"
        "sys.exit(any(name.partition('.')[0] in ('django', 'stdnum') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env={}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_help_is_short_and_chinese(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "用法：zhibu 命令" in text
    assert "zhibu rules try" in text


@pytest.mark.parametrize("words", [["rules", "--help"], ["rules", "try", "--help"]])
def test_help_of_a_word_has_no_english_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    text = capsys.readouterr().out
    assert stop.value.code == 0
    assert text.startswith("用法：zhibu rules")
    assert "show this help" not in text
    assert "options:" not in text


def test_every_other_word_goes_to_django(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(django.core.management, "execute_from_command_line", seen.append)
    monkeypatch.setattr(sys, "argv", ["zhibu", "audit", "verify", "--json"])
    assert main() == 0
    assert seen == [["zhibu", "audit", "verify", "--json"]]
