"""Friendly error pages. Each says what happened and what to do next, never how the program is built."""

import logging
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from zhibu.kernel.actor import ANONYMOUS
from zhibu.kernel.handbook.helping import help_url
from zhibu.kernel.ui.context import actor_of, text_size

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """What an error page says."""

    status: int
    icon: str
    title: str
    text: str
    steps: tuple[str, ...]


BAD_REQUEST = Trouble(
    400,
    "exclamation-triangle",
    "这次提交的内容看不懂",
    "可能是网址不完整，或页面停留太久。没有任何内容被改动。",
    ("退回上一页，重新打开再试一次。", "仍然不行，请把网址和时间告诉管理员。"),
)
FORBIDDEN = Trouble(
    403,
    "lock-closed",
    "您没有做这件事的权限",
    "这项工作由其他岗位负责，您的账号没有这个角色。",
    ("确实需要办理，请联系上级党组织或管理员开通。", "如果您有多个账号，请退出后换一个账号登录。"),
)
NOT_FOUND = Trouble(
    404,
    "magnifying-glass",
    "没有找到这个页面",
    "网址可能写错了，内容可能已移走，或者不在您可以查看的范围内。",
    ("检查网址有没有少字、多字。", "从首页或搜索框重新找。"),
)
SERVER_ERROR = Trouble(
    500,
    "wrench-screwdriver",
    "系统出了一点问题",
    "不是您操作的错。刚才没有办成的事，一点也没有保存，不会只存一半。",
    ("过一两分钟再试一次。", "仍然不行，请把时间和正在办的事告诉管理员。"),
)
DAMAGED = Trouble(
    410,
    "document-minus",
    "这个文件打不开了",
    "保存的内容损坏或被改动过，为了不出示错误的内容，没有发送。数据库里的记录没有受影响。",
    ("请告诉管理员这个文件打不开，可以从备份里找回。", "手边有原件的，可以重新上传一份。"),
)
EXPIRED = Trouble(
    403,
    "clock",
    "这个页面已经过期",
    "为了安全，页面停留太久或重新登录之后，原来的页面就不能再提交。没有任何内容被改动。",
    ("退回上一页并刷新，再提交一次。", "浏览器若禁用了 Cookie，请打开后再试。"),
)

# Of last resort: even the templates or the static files are not there.
BARE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>系统出了一点问题</title>
<h1>系统出了一点问题</h1><p>不是您操作的错。请过一两分钟再试一次；仍然不行，请告诉管理员。</p>
<p><a href="/">回到首页</a></p></html>"""


def _page(request: HttpRequest, trouble: Trouble, *, text: str = "", bare: bool = False) -> HttpResponse:
    """Render the page; `bare` renders without request, so that no context processor and no database is touched."""
    signed_in = not bare and actor_of(request).account_id is not None
    context: dict[str, object] = {
        "layout": "ui/base.html" if signed_in else "ui/plain.html",
        "trouble": trouble,
        "title": trouble.title,
        "text": text or trouble.text,
        "help_url": help_url(actor_of(request) if signed_in else ANONYMOUS, f"error-{trouble.status}"),
    }
    if bare:
        context["text_size"] = text_size(request)
    html = render_to_string("ui/error.html", context, None if bare else request)
    return HttpResponse(html, status=trouble.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400. The words of a BadRequest are meant for the user; other exceptions keep theirs to themselves."""
    text = str(exception) if isinstance(exception, BadRequest) else ""
    return _page(request, BAD_REQUEST, text=text)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403; a message given to PermissionDenied is shown."""
    return _page(request, FORBIDDEN, text=str(exception) if exception else "")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, also for what lies outside the actor's scope."""
    return _page(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without database, session or context processors."""
    try:
        return _page(request, SERVER_ERROR, bare=True)
    except Exception:  # whatever is broken, the person gets an answer
        log.exception("the error page itself failed")
        return HttpResponse(BARE, status=500)


def file_damaged() -> HttpResponse:
    """Answer 410 for a file whose stored content does not open any more."""
    context: dict[str, object] = {
        "layout": "ui/plain.html",
        "trouble": DAMAGED,
        "title": DAMAGED.title,
        "text": DAMAGED.text,
    }
    context["help_url"] = help_url(ANONYMOUS, f"error-{DAMAGED.status}")
    return HttpResponse(render_to_string("ui/error.html", context), status=DAMAGED.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit (old page, logged in anew, or forged)."""
    log.warning("CSRF check failed: %s %s", request.path, reason)
    return _page(request, EXPIRED)
