"""Pages: one's own messages and settings, the call list, and the trial of the channels."""

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhibu.apps.notices import own, trial
from zhibu.apps.notices.permissions import SEND, SETTINGS
from zhibu.apps.notices.services import calls, settings
from zhibu.apps.notices.sheet import workbook
from zhibu.kernel.actor import Actor
from zhibu.kernel.messages import chat, kinds, mail, queries, sms
from zhibu.kernel.messages.models import Message, Notice
from zhibu.kernel.messages.planning import house_hours, switched_on
from zhibu.kernel.ui.parts import Chip, Link

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        raise Http404
    return actor


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one's own messages, newest first: all, unread, or one kind."""
    actor = _actor(request)
    page = own.page(actor, request.GET)
    here = reverse("messages")
    chips = [
        Chip("全部", here, on=not page.unread and not page.kind),
        Chip(f"未读 {page.unread_count}", f"{here}?unread=1", on=page.unread),
    ]
    chips += [Chip(kinds.label(code), f"{here}?kind={code}", on=page.kind == code) for code in page.kinds]
    return render(request, "notices/messages.html", {"page": page, "chips": chips})


@require_GET
def message(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one message and remember that it was read."""
    actor = _actor(request)
    found = _mine(actor, uid)
    if found.read_at is None:
        Message.objects.own(actor).filter(pk=found.pk, read_at__isnull=True).update(read_at=now())
        vars(actor).pop(queries.MEMO, None)
    return render(request, "notices/message.html", {"message": found, "title": found.title})


def _mine(actor: Actor, uid: UUID) -> Message:
    found: Message | None = Message.objects.own(actor).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


@require_POST
def mark_unread(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put one message back among the unread ones."""
    actor = _actor(request)
    Message.objects.own(actor).filter(pk=_mine(actor, uid).pk).update(read_at=None)
    flash.success(request, "已标为未读")
    return redirect("messages")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actor = _actor(request)
    count = Message.objects.own(actor).filter(read_at__isnull=True).update(read_at=now())
    flash.success(request, f"已把 {count} 条消息标为已读" if count else "没有未读消息")
    return redirect("messages")


@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    """Let everybody choose how they want to be told."""
    actor = _actor(request)
    form = own.SettingsForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        settings.set_own(actor, form.channels(), form.quiet())
        flash.success(request, "消息设置已保存")
        return redirect("message-settings")
    off = [label for code, label in kinds.CHANNELS.items() if code not in switched_on()]
    since, until = house_hours()
    context = {"form": form, "off": "、".join(off), "since": since, "until": until}
    return render(request, "notices/own_settings.html", context, status=422 if form.errors else 200)


def _notice(request: HttpRequest, uid: UUID) -> Notice:
    found: Notice | None = Notice.objects.visible_to(_actor(request), SEND).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


@require_GET
def call_list(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the whole call list with results."""
    notice = _notice(request, uid)
    rows = calls.rows(_actor(request), notice)
    crumbs = (Link("通知", reverse("notices")), Link(notice.title, notice.get_absolute_url()), Link("电话通知单", ""))
    context = {
        "notice": notice,
        "rows": rows,
        "crumbs": crumbs,
        "waiting": sum(row.state in calls.WAITING for row in rows),
    }
    return render(request, "notices/calls.html", context)


@require_POST
def call_sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send the call list as xlsx; the audit says who took it out."""
    notice = _notice(request, uid)
    response = HttpResponse(workbook(_actor(request), notice), content_type=XLSX)
    name = f"电话通知单-{notice.title[:40]}-{localdate().isoformat()}.xlsx".replace("/", "／")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Show administrators how the channels stand, and let them send a trial message."""
    actor = _actor(request)
    if not actor.may_everywhere(SETTINGS):
        raise Http404
    form = trial.TrialForm(request.POST if request.method == "POST" else None)
    result: trial.Result | None = None
    if request.method == "POST" and form.is_valid():
        result = trial.send(actor, form.cleaned_data["channel"], form.cleaned_data["address"])
    chosen = settings.office_choices()
    context: dict[str, Any] = {
        "form": form,
        "result": result,
        "states": [
            ("短信", sms.is_on(), sms.problems()),
            ("电子邮件", mail.is_on(), mail.problems()),
            ("企业聊天", chat.is_on(), chat.problems()),
        ],
        "kinds": [(kind, settings.words(chosen.get(kind.code, kind.channels))) for kind in kinds.all_kinds()],
    }
    return render(request, "notices/channels.html", context, status=422 if form.errors else 200)
