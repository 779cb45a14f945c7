"""What every word of `zhibu` shares: argparse in Chinese, and a management command without Django's developer options.

    class Command(Word):                     # in management/commands/…
        help = "…"

`Word` needs Django and is imported from `commandline.word`; `chinese` does without.
"""
