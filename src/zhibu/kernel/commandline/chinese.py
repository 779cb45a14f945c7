"""The sentences of argparse in Chinese, for every parser of this process; no Django here."""

import argparse

SENTENCES = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示这段说明",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "没有 %(parser_name)s 这个写法，可用：%(choices)s",
    "unrecognized arguments: %s": "不认识：%s",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "ignored explicit argument %r": "后面不应再写 %r",
    "the following arguments are required: %s": "缺少：%s",
    "one of the arguments %s is required": "%s 中须有一个",
    "expected one argument": "后面须写一个值",
    "expected at most one argument": "后面最多写一个值",
    "expected at least one argument": "后面至少写一个值",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确，可能是 %(matches)s",
    "invalid %(type)s value: %(value)r": "%(value)r 不是合适的值",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r 这一项，可用：%(choices)s",
    "%(prog)s: error: %(message)s\n": "命令写法不对：%(message)s（详见 %(prog)s --help）\n",
}


def speak_chinese() -> None:
    """Make argparse say its sentences in Chinese: it looks them up through one name of its module."""
    argparse._ = lambda text: SENTENCES.get(text, text)  # type: ignore[attr-defined]
