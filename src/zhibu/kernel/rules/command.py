"""`zhibu rules list | explain NAME | try NAME --json '{…}'`: the rules without a database and without settings."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zhibu.kernel.rules.answers import BadInput
from zhibu.kernel.rules.registry import all_rules, explain, read_json, try_rule

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

SUMMARY = "试算规则：列出、说明、试算（不需要数据库）"


def add_parser(subparsers: "Subparsers") -> None:
    """Add the word `rules` to the command line."""
    words = subparsers.add_parser("rules", help=SUMMARY, description=SUMMARY).add_subparsers(
        dest="word", required=True, metavar="list|explain|try"
    )
    words.add_parser("list", help="列出全部规则").set_defaults(run=_guarded(_list))
    one = words.add_parser("explain", help="说明一条规则：怎么算、要填什么、依据哪一条")
    one.add_argument("name", metavar="规则名")
    one.set_defaults(run=_guarded(_explain))
    trial = words.add_parser("try", help="试算一条规则")
    trial.add_argument("name", metavar="规则名")
    trial.add_argument("--json", required=True, metavar="'{…}'", help="输入，写成一个 JSON 对象")
    trial.set_defaults(run=_guarded(_try))


def _guarded(run: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    def guarded(options: argparse.Namespace) -> int:
        try:
            run(options)
        except BadInput as error:
            print(f"输入有误：{error}", file=sys.stderr)
            return 2
        return 0

    return guarded


def _list(options: argparse.Namespace) -> None:
    for found in all_rules():
        print(found.name, found.title_zh, found.regulation, found.version, found.article, sep="\t")


def _explain(options: argparse.Namespace) -> None:
    about = explain(options.name)
    source = about["source"]
    print(f"{about['name']}  {about['title']}")
    print(f"依据：{source['regulation']}（{source['version']}）{source['article']}")
    print(f"\n{about['explanation']}\n\n输入：")
    for field in about["inputs"]:
        need = "必填" if field["required"] else "可不填"
        choices = (
            "；可选：" + "、".join(f"{code}={label}" for code, label in field["choices"]) if field["choices"] else ""
        )
        print(f"  {field['name']}  {field['label_zh']}（{field['type']}，{need}{choices}）{field['help']}")
    print("结果：")
    for key, label in about["outputs"].items():
        print(f"  {key}  {label}")


def _try(options: argparse.Namespace) -> None:
    print(json.dumps(try_rule(options.name, read_json(options.json)), ensure_ascii=False))
