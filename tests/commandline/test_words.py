"""`zhibu …` on a bare machine: what it says, what it leaves behind, and whom it lets read it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import load_command_class

from zhibu.cli import HELP

OURS = {
    "admin": "zhibu.apps.accounts", "files": "zhibu.kernel", "audit": "zhibu.kernel", "backup": "zhibu.kernel", "createadmin": "zhibu.apps.accounts",
    "demo": "zhibu.apps.workbench", "doctor": "zhibu.kernel", "migrate": "zhibu.kernel", "restore": "zhibu.kernel",
    "search": "zhibu.apps.people", "smsgateway": "zhibu.kernel", "serve": "zhibu.kernel", "upgrade": "zhibu.kernel", "worker": "zhibu.kernel",
}  # fmt: skip


def zhibu(folder: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    return subprocess.run(
        [sys.executable, "-m", "zhibu.cli", *words],
        cwd=folder,
        env={**known, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("word", sorted(OURS))
def test_every_command_explains_itself_in_chinese(word: str, tmp_path: Path) -> None:
    done = zhibu(tmp_path, word, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"用法：zhibu {word}")
    for english in ("usage", "options:", "positional", "show this", "Verbosity", "settings module", "Exit"):
        assert english not in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", sorted(OURS))
def test_every_option_says_what_it_does(word: str) -> None:
    parser = load_command_class(OURS[word], word).create_parser("zhibu", word)
    silent = [action.dest for action in parser._actions if not action.help and action.dest != "word"]
    assert silent == []


@pytest.mark.parametrize("word", sorted(OURS))
def test_the_overview_names_every_command(word: str) -> None:
    assert f"zhibu {word} " in HELP


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backup", "--nothing"), "不认识：--nothing"),
        (("demo", "--people", "1"), "--people：人数应是"),
        (("restore",), "缺少：备份文件, --into"),
        (("audit", "look"), "没有 'look' 这一项"),
    ],
)
def test_a_wrong_command_line_is_answered_in_chinese(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = zhibu(tmp_path, *words, ZHIBU_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    assert said in done.stderr
    assert "error" not in done.stderr


@pytest.mark.parametrize(
    ("word", "guess"), [("unknown", ""), ("bakcup", "您要的是不是：zhibu backup？"), ("../x", ""), ("--什么", "")]
)
def test_an_unknown_command_is_named_in_chinese_and_leaves_nothing(word: str, guess: str, tmp_path: Path) -> None:
    done = zhibu(tmp_path, word)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"没有“{word}”这个命令。{guess}运行 zhibu --help 看全部命令。\n"
    assert list(tmp_path.iterdir()) == []


def test_restoring_leaves_nothing_where_one_happens_to_be(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("ein-sehr-langes-wort")
    done = zhibu(tmp_path, "restore", "nothing.zip", "--into", "new", "--passphrase-file", "passphrase")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["passphrase"]


@pytest.mark.parametrize("words", [("rules", "explain", "money.upper"), ("migrate", "--help")])
def test_a_reader_that_has_read_enough_ends_it_quietly(words: tuple[str, ...], tmp_path: Path) -> None:
    command = f"{sys.executable} -m zhibu.cli {' '.join(words)} | true"
    environment = {**os.environ, "ZHIBU_DATA": str(tmp_path)}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_refusal_is_said_in_its_own_words(tmp_path: Path) -> None:
    for words in (("createadmin", "--username", "admin"), ("audit", "verify"), ("serve",)):
        done = zhibu(tmp_path, *words)
        assert done.returncode == 1, words
        assert done.stderr.rstrip().endswith("请先运行：zhibu migrate"), words
        assert "CommandError" not in done.stderr, words
