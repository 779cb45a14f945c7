"""Pages that are not screens: how far a campaign is, drafts kept while typing, the call list, looks at answers, proofs."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_POST

from zhibu.apps.collection import queries, rules
from zhibu.apps.collection.catalogue import PHOTO, catalogue
from zhibu.apps.collection.console import ReplyFilter, progress
from zhibu.apps.collection.forms_decide import RevealAnswerForm
from zhibu.apps.collection.models import Answer, Reply
from zhibu.apps.collection.values import words
from zhibu.kernel import actions, files
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.scope import bind

FILL, FILL_FOR = "collection.reply.fill", "collection.reply.fill_for"
#: names on a printed call list
PRINTED = 1000


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; nobody signed in is not found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        raise Http404
    return actor


@require_GET
def campaign_progress(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show everybody who is asked how far the campaign is: counts only. For htmx only the bars."""
    actor = actor_of(request)
    campaign = queries.asks(actor, uid)
    if campaign is None:
        raise Http404
    context = {"title": campaign.title, **progress(actor, campaign)}
    if request.headers.get("HX-Request"):
        return render(request, "collection/_bars.html", context)
    if campaign.is_open:
        context["refresh_seconds"] = 30
    return render(request, "collection/progress.html", context)


@require_POST
def draft(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep what was typed so far, without judging it: the part of the form that htmx refreshes."""
    actor = actor_of(request)
    code = (
        FILL
        if Reply.objects.system("whose reply it is").filter(uid=uid, person_id=actor.person_id).exists()
        else FILL_FOR
    )
    action = actions.get(code)
    if not action.open_to(actor):
        raise Http404
    reply = action.rows(actor).filter(uid=uid).select_related("person", "campaign").first()
    if reply is None:
        raise Http404
    data = request.POST.copy()
    data["mode"] = "draft"
    form: Any = action.form_class()(data, actor=actor, obj=reply)  # type: ignore[misc]
    form.is_valid()
    form.values = {c: v for c, v in form.values.items() if not any(name in form.errors for name in (c,))}
    form.cleaned_data = {name: v for name, v in form.cleaned_data.items() if not name.startswith("proof_")}
    try:
        actions.perform(action, actor, uid=uid, data=form.to_input())
        words_ = f"已暂存 {localtime(now()):%H:%M:%S}"
    except Refused as refused:
        words_ = str(refused)
    return render(request, "collection/_draft.html", {"words": words_})


@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """Print whom to call: the list of replies as filtered, those who still have something to fill in."""
    actor = actor_of(request)
    if not actor.may(queries.VIEW):
        raise Http404
    filters = ReplyFilter(request.GET, queryset=queries.listed_replies(actor), request=request)
    bind(filters.form, actor)
    rows = filters.qs.filter(state__in=rules.OPEN, campaign__isnull=False).order_by(
        "organization__path", "person__name"
    )
    replies = list(rows[:PRINTED])
    seen = {reply.pk for reply in replies if actor.may("people.see.contact", reply.organization.path)}
    back = f"{reverse('replies')}?{request.GET.urlencode()}"
    context = {"title": "电话通知单", "replies": replies, "seen": seen, "back_url": back, "most": PRINTED}
    return render(request, "collection/call_list.html", context)


def reveal(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Ask for a reason, log the look, and show an answer once in full."""
    actor = actor_of(request)
    answer = _answer(actor, uid, "people.reveal")
    form = RevealAnswerForm(request.POST if "reason" in request.POST else None, actor=actor, obj=answer)
    text, refusal = "", None
    if form.is_bound and form.is_valid():
        try:
            actions.perform(actions.get("collection.answer.reveal"), actor, data=form.to_input(), uid=uid)
            text = words(catalogue()[answer.field], answer.content, whole=True)
        except Refused as refused:
            refusal = refused
    context = {"answer": answer, "form": form, "text": text, "refused": refusal}
    status = 422 if refusal or (form.is_bound and not form.is_valid()) else 200
    response = render(request, "collection/reveal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _answer(actor: Actor, uid: uuid.UUID, permission: str) -> Answer:
    rows = Answer.objects.visible_to(actor, permission).select_related("reply__person", "reply__organization")
    answer: Answer | None = rows.filter(uid=uid).first()
    if answer is None or answer.field not in catalogue():
        raise Http404
    if not actor.may(catalogue()[answer.field].group.see, answer.reply.organization.path):
        raise Http404
    return answer


@require_GET
def picture(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Send the photo that was answered, to the person and to whoever decides on it."""
    actor = actor_of(request)
    rows = Answer.objects.system("one's own answer").filter(uid=uid, reply__person_id=actor.person_id)
    answer = (rows.first() if actor.person_id else None) or _answer(actor, uid, catalogue()[PHOTO].group.see)
    blob = Blob.objects.filter(pk=answer.content).first() if answer.field == PHOTO and answer.content else None
    if blob is None:
        raise Http404
    return files.serve_image(blob, size=request.GET.get("size", ""))


@require_GET
def proof(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Send a proof to the person whose reply it hangs on; officers take it from the page of files."""
    actor = actor_of(request)
    rows = Attachment.objects.system("one's own proof").filter(uid=uid, removed_at=None, object_type=Reply._meta.label)
    attachment = rows.select_related("blob").first()
    own = Reply.objects.system("whose proof it is").filter(person_id=actor.person_id)
    if attachment is None or actor.person_id is None or not own.filter(pk=attachment.object_id).exists():
        raise Http404
    return files.serve_blob(attachment.blob, name=attachment.name)
