"""The declared lists of requests: those sent, and those that came."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.apps.petitions import queries
from zhibu.apps.petitions.models import TONES, Petition, Reply
from zhibu.apps.petitions.permissions import VIEW
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact, Happening

SECTION = "组织生活"
F = "zhibu.apps.petitions.filters"


def search_petitions(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep those whose title or number has the text."""
    return rows.filter(Q(title__icontains=text) | Q(number_text__icontains=text) | Q(answer_number__icontains=text))


def search_replies(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep those whose title or number has the text."""
    return rows.filter(
        Q(title__icontains=text) | Q(number_text__icontains=text) | Q(petition__number_text__icontains=text)
    )


def course(petition: Petition) -> list[Happening]:
    """Return what happened to a request, the latest first."""
    found = []
    for reply in queries.rounds(petition):
        whom = petition.outside if reply.external else str(reply.organization)
        word = "发出" if reply.round == 1 else "补充后再次发出"
        found.append(Happening(f"{word}，报{whom}", reply.sent_on))
        if reply.on:
            said = f"{reply.number_text} {reply.answer}".strip()
            found.append(Happening(f"上级批复：{reply.get_outcome_display()}", reply.on, said))
        elif reply.outcome == "withdrawn":
            found.append(Happening("撤回"))
        else:
            found.append(Happening("等待批复", reply.due_on, "这一天以前应有批复", state="wait"))
    return found[::-1]


def papers(actor: Actor, obj: Any) -> dict[str, Any]:
    """Return the papers of a request and those of the answer, as far as the actor may see them."""
    found = files.attached(actor, obj)
    mark = queries.OF_ANSWER
    return {
        "papers": [one for one in found if not one.name.startswith(mark)],
        "answer_papers": [one for one in found if one.name.startswith(mark)],
    }


def petition_page(request: HttpRequest, petition: Petition) -> dict[str, Any]:
    """Return what the page of a request shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    facts = [
        Fact("文号", petition.number_text or "发出时编号"), Fact("类别", petition.kind_label),
        Fact("请示的组织", petition.organization), Fact("上级组织", petition.addressee),
        Fact("发出日期", petition.sent_on), Fact("经办人", petition.asked_name),
        Fact("应批复日期", petition.expected_on if petition.state == "sent" else None),
        Fact("关于", petition.about_title, url=petition.about_url, wide=True),
        Fact("批复文号", petition.answer_number), Fact("批复日期", petition.answered_on),
        Fact("批复内容", petition.answer_words, wide=True),
    ]  # fmt: skip
    return {
        "facts": [fact for fact in facts if not fact.absent], "tone": TONES[petition.state],
        "state": petition.get_state_display(), "words": petition.words, "course": course(petition), **papers(actor, petition),
    }  # fmt: skip


def reply_page(request: HttpRequest, reply: Reply) -> dict[str, Any]:
    """Return what the page of a request that came shows: it as it was sent, and the answer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    petition = reply.petition
    seen = Petition.objects.visible_to(actor).filter(pk=petition.pk).exists()
    facts = [
        Fact("来文文号", petition.number_text, url=petition.get_absolute_url() if seen else ""),
        Fact("类别", reply.kind_label), Fact("请示的组织", petition.organization), Fact("经办人", petition.asked_name),
        Fact("收到日期", reply.sent_on, hint=f"第 {reply.round} 次发出" if reply.round > 1 else ""),
        Fact("应批复日期", reply.due_on if reply.outcome == "waiting" else None),
        Fact("关于", petition.about_title, url=petition.about_url if seen else "", wide=True),
        Fact("批复文号", reply.number_text), Fact("批复日期", reply.on), Fact("批复人", reply.by_name),
        Fact("批复内容", reply.answer, wide=True),
    ]  # fmt: skip
    return {
        "facts": [fact for fact in facts if not fact.absent], "tone": reply_tone(reply), "state": reply_state(reply),
        "words": reply.words, "course": (), **papers(actor, reply),
    }  # fmt: skip


def reply_state(reply: Reply) -> str:
    """Return the state in words."""
    late = reply.outcome == "waiting" and reply.due_on < localdate()
    return f"已过期 {(localdate() - reply.due_on).days} 天" if late else reply.get_outcome_display()


def reply_tone(reply: Reply) -> str:
    """Return the colour of the state."""
    return "late" if reply.outcome == "waiting" and reply.due_on < localdate() else TONES[reply.outcome]


register(
    Screen(
        slug="petitions", model="petitions.Petition", label="请示", permission=VIEW, rows=queries.listed, order="-pk",
        columns=(
            Column("title", "标题", "title", sort="title", primary=True),
            Column("number", "文号", "number_text", kind="short", sort="number"),
            Column("kind", "类别", "kind_label", where="export"),
            Column("organization", "请示的组织", "organization", sort="organization__path", kind="short"),
            Column("superior", "上级组织", "addressee", kind="short", phone=False),
            Column("sent", "发出日期", "sent_on", sort="sent_on", kind="date"),
            Column("state", "状态", "get_state_display", sort="state", kind="short", tone=lambda p: TONES[p.state]),
            Column("answered", "批复日期", "answered_on", kind="date", where="export"),
            Column("answer_number", "批复文号", "answer_number", where="export"),
            Column("answer", "批复内容", "answer_words", where="export"),
            Column("about", "关于", "about_title", where="export"),
            Column("by", "经办人", "asked_name", where="export"),
        ),
        search=search_petitions, search_hint="标题、文号", filterset=f"{F}.PetitionFilter", head=("petitions.petition.draft",),
        record="zhibu.apps.petitions.console.petition_page", record_template="petitions/petition.html",
        empty="还没有请示。点“写请示”向上级请示；换届选举的请示在换届选举里发出。", section=SECTION, icon="arrow-up-on-square",
        position=54,
    ),
    Screen(
        slug="petition-replies", model="petitions.Reply", label="收到的请示", permission=VIEW, rows=queries.arrived, order="-pk",
        columns=(
            Column("title", "标题", "title", sort="title", primary=True),
            Column("number", "来文文号", "petition.number_text", kind="short"),
            Column("kind", "类别", "kind_label", where="export"),
            Column("organization", "请示的组织", "petition.organization", sort="petition__organization__path", kind="short"),
            Column("superior", "批复的组织", "organization", where="export"),
            Column("sent", "收到日期", "sent_on", sort="sent_on", kind="date"),
            Column("due", "应批复日期", "due_on", sort="due_on", kind="date", phone=False),
            Column("outcome", "结果", reply_state, sort="outcome", kind="short", tone=reply_tone),
            Column("on", "批复日期", "on", kind="date", where="export"),
            Column("answer_number", "批复文号", "number_text", where="export"),
            Column("answer", "批复内容", "answer", where="export"),
            Column("by", "批复人", "by_name", where="export"),
        ),
        search=search_replies, search_hint="标题、文号", filterset=f"{F}.ReplyFilter",
        record="zhibu.apps.petitions.console.reply_page", record_template="petitions/petition.html",
        empty="还没有下级组织的请示。", section=SECTION, icon="arrow-down-on-square", position=55,
    ),
)  # fmt: skip
