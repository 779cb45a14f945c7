"""A clerk helps somebody at the desk: with consent, for a short while, both names in the trail. Never opinions or votes."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from zhibu.apps.cards import rules
from zhibu.apps.cards.models import KEPT, Assistance, Tap
from zhibu.apps.cards.permissions import ASSIST
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.messages.models import Message


@dataclass(frozen=True)
class Begin:
    """At which desk, and how the person agreed."""

    organization: Any
    consent: str


@dataclass(frozen=True)
class Read:
    """Which notice was read to the person."""

    message: uuid.UUID


def begin(act: Act, person: Person, data: Begin) -> Assistance:
    """Begin, for somebody who was identified at the clerk's desk a moment ago: nobody is helped who is not there."""
    rows = Tap.objects.system("was the person here a moment ago").filter(account_id=act.actor.account_id, person=person)
    if not rows.filter(outcome=rules.IDENTIFIED, at__gte=timezone.now() - KEPT).exists():
        raise Refused("本人要在场", next_step="请先在识别台刷他的卡，或按姓名打开他，再点“大字服务”。")
    made: Assistance = Assistance.objects.create(
        organization=data.organization, person=person, consent=data.consent, account_id=act.actor.account_id,
        account_name=act.actor.name[:100],
    )  # fmt: skip
    _log(act, made, f"开始大字服务：{person}，{made.get_consent_display()}")
    return _back(made)


def read(act: Act, helped: Assistance, data: Read) -> Assistance:
    """A notice was read to the person: it counts as read by them."""
    if not Person.objects.visible_to(act.actor, ASSIST).filter(pk=helped.person_id).exists():
        raise Refused("本人已不归这里服务", next_step="请到本人所属单位或工作站办理。")
    rows = notices_of(helped.person).filter(uid=data.message).select_for_update(of=("self",))
    message = rows.first()
    if message is None:
        raise Refused("这条通知已经看过了", field="message")
    message.read_at = timezone.now()
    message.save(update_fields=["read_at"])
    return _done(act, helped, f"念了通知：{message.title}")


def end(act: Act, helped: Assistance, data: Any) -> Assistance:
    """Nobody opens it any more."""
    helped.ended_at = timezone.now()
    helped.rev += 1
    helped.save(update_fields=["ended_at", "rev"])
    _log(act, helped, f"结束大字服务：{helped.person}")
    return helped


def notices_of(person: Person) -> Any:
    """Return the unread notices of offices to a person, newest first; what else they are told is their own affair."""
    rows = Message.objects.system("notices to somebody who is at the desk and agreed")
    return rows.filter(person=person, notice__isnull=False, read_at__isnull=True).order_by("-id")


def _done(act: Act, helped: Assistance, words: str) -> Assistance:
    helped.done = [*helped.done, words]
    helped.rev += 1
    helped.save(update_fields=["done", "rev"])
    _log(act, helped, f"{words}（代{helped.person}）")
    return _back(helped)


def _log(act: Act, helped: Assistance, summary: str) -> None:
    act.actor = act.actor.on_behalf_of(helped.person_id)
    act.log(helped, summary=summary)


def _back(helped: Assistance) -> Assistance:
    helped.landing = True
    return helped
