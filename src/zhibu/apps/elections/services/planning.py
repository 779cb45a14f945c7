"""The plan of an election: begin, change, ask the superior, stop."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.apps.elections import queries, rules, texts
from zhibu.apps.elections.models import Election, Kind, State
from zhibu.apps.elections.permissions import MANAGE
from zhibu.apps.organizations.models import Term
from zhibu.apps.organizations.services.terms import next_term_number
from zhibu.apps.petitions.queries import about
from zhibu.apps.petitions.services import ask, withdraw
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.files import Scan

FIELDS = ("seats", "deputy", "planned_on", "timing", "words", "body", "full_members")
ELECTING = ("branch", "general_branch", "committee")


@dataclass(frozen=True)
class Plan:
    """What is to be elected, how many, when; words: why, where it is early or late or by-elections are needed."""

    organization: Any
    kind: str
    seats: int
    planned_on: date
    deputy: bool = False
    words: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper to the superior: its title and words as they are sent, and what is enclosed."""

    title: str
    words: str
    attachments: Sequence[Scan] = ()
    outside: str = ""


def create(act: Act, _: Any, data: Plan) -> Election:
    """Begin an election of an organisation; the rules in force today hold for all of it."""
    organization = data.organization
    if not act.actor.may(MANAGE, organization.path):
        raise Http404
    if organization.kind not in ELECTING:
        raise Refused("党支部、党总支、党委才进行换届选举", field="organization")
    today = localdate()
    held = rules.in_force(today)
    term = queries.running_term(organization)
    number = next_term_number(organization)
    if data.kind == Kind.BY:
        if term is None:
            raise Refused("没有登记现任的一届", field="kind", next_step="补选的任期到本届届满为止，请先登记任期。")
        number = term.number
    elif data.kind == Kind.FIRST and term is not None:
        raise Refused("现任的一届还没有结束", field="kind", next_step="请选“换届选举”。")
    elif data.kind == Kind.RENEWAL and term is None:
        raise Refused(
            "没有登记现任的一届", field="kind", next_step="没有上一届的，请选“首届选举”；有的，请先登记任期。"
        )
    count = queries.full_members(organization, today)
    election = Election(
        organization=organization, kind=data.kind, version=held.code, term=term, number=number, full_members=count,
        body=rules.body(held, organization.kind, count), seats=data.seats, planned_on=data.planned_on, words=data.words,
        deputy=data.deputy, by_name=act.actor.name[:100],
    )  # fmt: skip
    _check(election)
    try:
        with transaction.atomic():
            election.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            f"{organization}已有一次选举在办理", field="organization", next_step="请打开那一次继续办理。"
        ) from None
    act.log(election, summary=f"拟定选举方案：{election}，应选{election.seats_words}")
    return election


def begin(act: Act, term: Term, data: Plan) -> Election:
    """Begin the election that follows a term of office."""
    return create(act, None, data)


def edit(act: Act, election: Election, data: Plan) -> Election:
    """Change the plan before the superior was asked, or after it was sent back."""
    before = copy.copy(election)
    election.seats, election.planned_on, election.words, election.deputy = (
        data.seats, data.planned_on, data.words, data.deputy,
    )  # fmt: skip
    election.full_members = queries.full_members(election.organization, localdate())
    election.body = rules.body(election.held, election.organization.kind, election.full_members)
    _check(election)
    changes = diff(before, election, FIELDS)
    if not changes:
        raise Refused("没有改动任何内容", next_step="请修改后再保存，或返回。", code="unchanged")
    election.rev += 1
    election.save()
    act.log(election, changes=changes, summary=f"修改选举方案：{election}")
    return election


def _check(election: Election) -> None:
    """Refuse a plan the rules have something against."""
    if election.planned_on < localdate():
        raise Refused("召开大会的日期不能早于今天", field="planned_on", next_step="请改定日期。")
    ends = election.term.until if election.term is not None else None
    election.timing = (
        rules.timing(election.held, ends, election.planned_on) if ends and election.kind == Kind.RENEWAL else "on_time"
    )
    if wrong := queries.faults(election):
        field = "planned_on" if wrong[0].code in {"elections.early", "elections.late"} else "seats"
        raise Refused(wrong[0].message, field=field, article=wrong[0].article)
    if election.timing != "on_time" and not election.words.strip():
        raise Refused(
            f"{election.timing_words()}换届须报上级批准，请写明理由",
            field="words",
            article=election.held.shift_months.article,
        )
    if election.kind == Kind.BY and not election.words.strip():
        raise Refused("请写明为什么补选，例如谁调离、缺额几名", field="words")


def ask_to_hold(act: Act, election: Election, data: Paper) -> Election:
    """Ask the superior to agree to the election; early and late ones are asked as such."""
    _check(election)
    kind = "election_hold" if election.timing == "on_time" else "election_change"
    ask(
        act, organization=election.organization, kind=kind, title=data.title, words=data.words, about=election,
        attachments=data.attachments, outside=data.outside,
    )  # fmt: skip
    return step(act, election, State.ASKED, f"报请上级同意：{election}")


def step(act: Act, election: Election, state: str, summary: str, note: str = "") -> Election:
    """Go on to a state (or back to one, with the reason), with its line in the trail."""
    election.state, election.note = state, note[:500]
    election.rev += 1
    election.save(update_fields=["state", "note", "rev"])
    act.log(election, summary=summary)
    return election


def stop(act: Act, election: Election, data: Why) -> Election:
    """Give the election up; a request that waits is taken back."""
    election.stopped_why = data.reason[:200]
    election.save(update_fields=["stopped_why"])
    step(act, election, State.STOPPED, f"终止选举：{election}")
    for petition in about(election):
        if petition.state in ("sent", "returned"):
            withdraw(act, petition, data)
    return election


def default_paper(election: Election) -> Paper:
    """Return the request to hold it as it would be sent."""
    return Paper(texts.hold_title(election), texts.hold_words(election))
