"""A campaign in full swing, so that a new user sees forms, bars and something to decide."""

import random
from dataclasses import replace
from datetime import timedelta

from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.collection.models import Campaign, Reply
from zhibu.apps.collection.services import campaigns, deciding, opening, replies
from zhibu.apps.organizations.models import Organization
from zhibu.apps.workbench.demo import words
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import SYSTEM, Actor

TITLE = "2026 年度人员信息核对"
FIELDS = ("mobile", "address_living", "education", "part_relatives")
#: how many have replied already, and how many of those wait for a decision
REPLIED, WAITING = 120, 30
RELATIONS = ("配偶", "子", "女", "父亲", "母亲")


def run(rng: random.Random, root: Organization, accounts: dict[str, Account]) -> Campaign:
    """Open a campaign over everybody, and let some reply; the clerk has decided on most of them."""
    keeper = _actor(accounts, "zuzhibu")
    data = campaigns.CampaignFields(
        organization=root, title=TITLE, fields=FIELDS, due_on=localdate() + timedelta(days=26),
        words="年底前核对一次通讯录和紧急联系人。没有变化的点“没有变化”，有变化的请填写。有疑问请找所在支部。",
    )  # fmt: skip
    made = campaigns.create(_act(keeper, "collection.campaign.create", "拟定采集"), None, data)
    found = opening.finish_opening(made)
    _act(keeper, "collection.campaign.open", "开始采集").log(made, summary=f"采集已开始：{made}，共 {found.joined} 人")
    signed_in = {account.person_id for account in accounts.values()}
    rows = Reply.objects.system("demo campaign").filter(campaign=made).exclude(person_id__in=signed_in)
    chosen = list(rows.exclude(person__mobile="").select_related("person", "campaign", "organization").order_by("pk"))
    clerk = _actor(accounts, "renshi")
    for place, reply in enumerate(rng.sample(chosen, min(REPLIED, len(chosen)))):
        _answer(rng, reply, place)
        if place >= WAITING:
            _decide(clerk, reply)
    return made


def _actor(accounts: dict[str, Account], name: str) -> Actor:
    return actor_for(accounts[name]) if name in accounts else SYSTEM


def _act(actor: Actor, code: str, wording: str) -> Act:
    return Act(actor=actor, code=code, wording=wording)


def _answer(rng: random.Random, reply: Reply, place: int) -> None:
    """Most confirm what is there and add somebody to call; some have moved."""
    person = reply.person
    act = _act(replace(SYSTEM, is_system=False, name=person.name), "collection.reply.fill", "本人填报")
    values: dict[str, object] = {}
    if place % 3 != 2:
        relative = f"{person.name[0]}{rng.choice('文明华强芳敏')}"
        values["part_relatives"] = [{"name": relative, "relation": rng.choice(RELATIONS), "is_emergency": "1"}]
    if place % 5 == 0:
        values["address_living"] = f"东江市{rng.choice(words.STREETS)} {rng.randint(1, 220)} 号"
    kept = {
        "mobile",
        "education" if person.education else "mobile",
        "address_living" if person.address_living else "mobile",
    }
    replies.fill(act, reply, replies.Filled(values, frozenset(kept - set(values))))


def _decide(clerk: Actor, reply: Reply) -> None:
    """Accept what is well filled in; every tenth relative comes back for more."""
    for group in ("contact", "family"):
        waiting = deciding.waiting(reply, group)
        back = group == "family" and reply.pk % 10 == 0
        rows = tuple(deciding.Decision(a.field, not back, "内容不完整，请补全" if back else "") for a in waiting)
        if rows:
            deciding.decide(_act(clerk, f"collection.reply.decide.{group}", "审核"), reply, deciding.Decisions(rows))
