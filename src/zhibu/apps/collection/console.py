"""Campaigns and replies as lists and records."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.collection import queries, rules
from zhibu.apps.collection.catalogue import asked, catalogue, groups_of
from zhibu.apps.collection.models import Answer, Campaign, Reply, ReplyState
from zhibu.apps.collection.values import now, words
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import search
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.tree import under
from zhibu.kernel.ui.parts import Fact

TONES = {"open": "info", "closed": "ok", "draft": "plain", "opening": "info", "dropped": "plain"}
REPLY_TONES = {
    rules.WAITING: "plain", rules.PART: "due", rules.FILED: "info", rules.RETURNED: "late", rules.DONE: "ok", rules.LEFT: "plain",
}  # fmt: skip


class InsideFilter(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """Replies of an organisation and of what lies under it."""

    field_class = OrganizationField

    def filter(self, qs: "QuerySet[Reply]", value: Organization | None) -> "QuerySet[Reply]":
        """Keep the replies of the chosen subtree."""
        return qs if value is None else qs.filter(under("organization__path", (value.path,)))


class ReplyFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters of the list of replies."""

    campaign = django_filters.ModelChoiceFilter(
        label="采集",
        queryset=lambda request: queries.listed(request.actor),  # those of a level above ask people of one's own, too
        to_field_name="uid",
        empty_label="全部（含更正申请）",
    )
    organization = InsideFilter(label="组织（含下级）", empty_label="全部组织")
    state = django_filters.ChoiceFilter(label="状态", choices=ReplyState.choices, empty_label="全部状态")
    open = django_filters.ChoiceFilter(
        label="还缺", choices=[("1", "还有项目没有填"), *((c, f"缺：{one.label}") for c, one in catalogue().items())],
        empty_label="不限", method="still_open",
    )  # fmt: skip
    waiting = django_filters.ChoiceFilter(
        label="审核", choices=[("1", "有待审核的项目")], empty_label="不限", method="waits"
    )

    class Meta:
        model = Reply
        fields: list[str] = []

    def still_open(self, rows: "QuerySet[Reply]", name: str, value: str) -> "QuerySet[Reply]":
        """Keep those who still have something to fill in, or who lack one field."""
        if value == "1":
            return rows.filter(state__in=rules.OPEN)
        answered = Answer.objects.system("states of visible replies").filter(
            reply=OuterRef("pk"), field=value, state__in=rules.ANSWERED
        )
        asking = [
            pk
            for pk, codes in Campaign.objects.system("fields of campaigns").values_list("pk", "fields")
            if value in codes
        ]
        return rows.filter(~Exists(answered), campaign__in=asking).exclude(state=rules.LEFT)

    def waits(self, rows: "QuerySet[Reply]", name: str, value: str) -> "QuerySet[Reply]":
        """Keep those of whom answers wait for a decision."""
        return rows.filter(Exists(queries.sent(reply=OuterRef("pk"))))


def searched(rows: "QuerySet[Reply]", text: str, actor: Actor) -> "QuerySet[Reply]":
    """Keep the replies of the people the text means."""
    from zhibu.apps.people.models import Person

    people = search.matching(Person.objects.visible_to(actor), text, actor)
    return rows.filter(person__in=people.order_by().values("pk"))


def campaign_page(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Return what the page of a campaign shows: what is asked, and how far it is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kinds = "、".join(campaign.employment_labels) or "全部"
    facts = [
        Fact("采集范围", campaign.organization), Fact("截止日期", campaign.due_on), Fact("人员类别", kinds),
        Fact("按哪种关系", campaign.get_relation_display() if campaign.relation else "任何关系"),
        Fact("采集的项目", "、".join(one.label for one in asked(campaign.fields)), wide=True),
        Fact("公开各组织进度", "是" if campaign.is_public else "否"),
    ]  # fmt: skip
    return {"facts": facts, **progress(actor, campaign)}


def progress(actor: Actor, campaign: Campaign) -> dict[str, Any]:
    """Return the bars of a campaign, as far as the actor may see them."""
    started = campaign.state in queries.SHOWN
    context: dict[str, Any] = {"campaign": campaign, "started": started}
    if started:
        context |= {
            "whole": queries.whole(campaign),
            "bars": queries.bars(actor, campaign),
            "replies_url": reverse("replies"),
        }
        if actor.may(queries.VIEW):
            context |= {"fields": queries.field_bars(actor, campaign), "waiting": queries.waiting_for(actor, campaign)}
            context["review_url"] = queries.to_judge(campaign)
    return context


def reply_page(request: HttpRequest, reply: Reply) -> dict[str, Any]:
    """Return what the page of a reply shows: every field with old and new, as far as the actor may see its group."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    path = reply.organization.path
    answers = {answer.field: answer for answer in reply.answered}
    groups = []
    for group in groups_of(reply.codes):
        seen = actor.may(group.see, path)
        rows = [
            (one, now(reply.person, one) if seen else "", words(one, answer.content) if seen and answer else "", answer)
            for one in asked(reply.codes)
            if one.group is group
            for answer in [answers.get(one.code)]
        ]
        groups.append((group, seen, rows))
    facts = [
        Fact("采集", reply.about, url=reply.campaign.get_absolute_url() if reply.campaign else ""),
        Fact("组织", reply.organization), Fact("状态", reply.get_state_display()),
        Fact("填报人", reply.sent_by_name), Fact("提交时间", reply.sent_at and localdate(reply.sent_at)),
        Fact("说明", reply.note, wide=True),
    ]  # fmt: skip
    return {"facts": [f for f in facts if not f.absent], "groups": groups, "proofs": files.attached(actor, reply)}


register(
    Screen(
        slug="campaigns",
        model="collection.Campaign",
        label="信息采集",
        permission="collection.view",
        rows=queries.listed,
        order="-id",
        columns=(
            Column("title", "名称", "title", primary=True),
            Column("organization", "采集范围", lambda c: str(c.organization)),
            Column("state", "状态", "get_state_display", kind="short", tone=lambda c: TONES[c.state]),
            Column("due_on", "截止日期", "due_on", sort="due_on", kind="date"),
            Column("opened_at", "开始", "opened_at", kind="date", phone=False),
        ),
        head=("collection.campaign.create",),
        record="zhibu.apps.collection.console.campaign_page",
        record_template="collection/campaign.html",
        empty="还没有采集。需要大家核对或补充信息时，可以发起一次。",
        section="人员",
        icon="clipboard-document-list",
        position=30,
    ),
    Screen(
        slug="replies",
        model="collection.Reply",
        label="填报与更正",
        permission="collection.view",
        rows=queries.listed_replies,
        order="id",
        columns=(
            Column("person", "姓名", lambda r: r.person.name, primary=True),
            Column("organization", "组织", lambda r: str(r.organization)),
            Column("campaign", "采集", "about", phone=False),
            Column(
                "state", "状态", "get_state_display", sort="state", kind="short", tone=lambda r: REPLY_TONES[r.state]
            ),
            Column("missing", "还缺的项目", lambda r: r.missing if r.state in rules.OPEN else ""),
            Column("mobile", "手机", lambda r: r.person.mobile, kind="short", gate="people.see.contact"),
            Column("telephone", "固定电话", lambda r: r.person.telephone, gate="people.see.contact", where="export"),
            Column("sent_by_name", "填报人", "sent_by_name", phone=False),
            Column("sent_at", "提交时间", "sent_at", sort="sent_at", kind="date", phone=False),
        ),
        search=searched,
        search_hint="姓名、拼音、首字母、工号",
        filterset="zhibu.apps.collection.console.ReplyFilter",
        links=lambda actor: [("打印电话通知单", reverse("collection-call-list"))],
        record="zhibu.apps.collection.console.reply_page",
        record_template="collection/reply.html",
        empty="还没有填报。采集开始以后，每个人的填报列在这里；本人的更正申请也在这里。",
        section="人员",
        icon="inbox-arrow-down",
        position=31,
    ),
)
