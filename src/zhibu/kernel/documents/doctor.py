"""What `zhibu doctor` looks at in printing: the fonts are there, and a page comes out. Imported by `kernel.doctor`."""

import time
from pathlib import Path

from django.utils import timezone

from zhibu.kernel.doctor.registry import Finding, check, fault, ok
from zhibu.kernel.documents import fonts
from zhibu.kernel.documents.engine import DocumentError, typeset

TEMPLATE = Path(__file__).resolve().parent / "trial.typ"
#: everyday characters, and two that only the fallback font has
WORDS = "知部试打 𠮷 䶮"
FRAME = {"title": "试打", "organization": "", "printed_by": "zhibu doctor", "large": False}
ADVICE = "请按 README 重新安装（make setup），字体随程序的软件包安装。"


@check(410, "打印文件", database=False)
def printing(full: bool) -> Finding:
    """The fonts come with the packages, and a trial page can be set."""
    try:
        lost = fonts.missing()
    except Exception as error:  # a package that is not there, or a folder that cannot be read
        return fault(f"找不到打印用的字体：{error}", ADVICE)
    if lost:
        return fault(f"缺少打印用的字体：{'、'.join(lost)}", ADVICE)
    now = timezone.localtime()
    around = {**FRAME, "printed_at": now.strftime("%Y-%m-%d %H:%M"), "day": now.strftime("%Y-%m-%d")}
    start = time.monotonic()
    try:
        made = typeset(TEMPLATE, {"words": WORDS, "frame": around}, now=now)
    except DocumentError as error:
        return fault(f"试打一页没有成功：{error}", "请把这一行发给技术支持。")
    spent = (time.monotonic() - start) * 1000
    return ok(f"{len(fonts.files())} 套字体齐全，试打一页 {spent:.0f} 毫秒，{len(made) // 1024} KB")
