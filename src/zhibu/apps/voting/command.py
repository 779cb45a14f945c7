"""`zhibu votes check FILE`: an online ballot counted anew from its downloaded evidence, without a database and without settings."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

SUMMARY = "网上投票：把下载的证据重新验算一遍（不需要数据库）"
#: a ballot of one question takes 3.5 KB; more than any vote there may be
LARGEST = 50_000_000


def add_parser(subparsers: "Subparsers") -> None:
    """Add the word `votes` to the command line."""
    words = subparsers.add_parser("votes", help=SUMMARY, description=SUMMARY).add_subparsers(
        dest="word", required=True, metavar="check"
    )
    check = words.add_parser("check", help="验算一份证据文件")
    check.add_argument("file", metavar="证据文件", help="在“核对票数”页面下载的 JSON 文件")
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    """Print what was found; exit 0 where all holds, 1 where something does not, 2 where the file cannot be read."""
    from zhibu.apps.voting.evidence import recheck  # the cipher is loaded for this word alone

    try:
        file = Path(options.file)
        if file.stat().st_size > LARGEST:
            raise ValueError("too large")
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        print("读不出这个文件，请用在“核对票数”页面下载的证据文件。", file=sys.stderr)
        return 2
    found = recheck(data if isinstance(data, dict) else {})
    for words, good in found.lines:
        print("✓" if good else "✗", words)
    for title, row in zip(data.get("questions", []) if isinstance(data, dict) else [], found.figures, strict=False):
        print(f"  {title}：赞成 {row['yes']}，不赞成 {row['no']}，弃权 {row['abstain']}")
    return 0 if found.holds else 1
