"""Yearly checks as they fell due, most of them done; some people for whom somebody else comes, some who ask for help."""

import random
from datetime import date, timedelta
from decimal import Decimal

from zhibu.apps.custody.models import CareRecord, YearlyCheck
from zhibu.apps.custody.services import duties, helping, records
from zhibu.apps.people.models import Affiliation
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct

PROXIES, LATE = 14, 0.12
WORDS = ("视频核验通过", "本人到站核验", "上门核对，情况属实", "手机刷脸通过")
#: words -> what becomes of it: waits, offered to the branch, done
HELP = (
    ("请陪我去医院复查，本周三上午", "offered"),
    ("家里灯坏了，请帮忙找人看看", "offered"),
    ("手机上的医保缴费不会办", "waits"),
    ("想借一辆轮椅用几天", "done"),
)
RELATIONS = ("女儿", "儿子", "配偶", "弟弟")


def write(act: PastAct, rng: random.Random, tree: Tree, today: date) -> None:
    """Open the checks and do those whose day has passed, nearly all; record proxies, one of whom came."""
    duties.open_due(today)
    passed = list(YearlyCheck.objects.system("demo checks").select_related("care"))
    # of those that lie ahead two in three were done early
    done = [check for check in passed if rng.random() >= (LATE if check.due_on < today else 0.35)]
    for check in done:
        check.done_on = max(min(check.due_on, today) - timedelta(days=rng.randint(0, 40)), check.care.since)
        check.words, check.done_by = rng.choice(WORDS), act.actor.name
    YearlyCheck.objects.system("demo checks").bulk_update(done, ["done_on", "words", "done_by"], batch_size=500)
    rows = CareRecord.objects.system("demo proxies").select_related("person", "organization")
    near = list(rows.filter(organization=tree.named("江北工作站"), since__lt=today).order_by("pk"))
    for care in rng.sample(near, min(PROXIES, len(near))):
        data = duties.NewProxy(
            care.kin_name or "代办人", care.kin_relation or rng.choice(RELATIONS), ("receive", "reimburse"),
            today - timedelta(days=rng.randint(1, 200)), today + timedelta(days=rng.randint(30, 300)), phone=care.kin_phone,
        )  # fmt: skip
        proxy = duties.record_proxy(act, care, data)
    if near:
        words = "家属持委托书代办门诊票据报销，票据 6 张，已交窗口。"
        day = max(today - timedelta(days=1), proxy.since)
        came = records.Service("reimbursement", day, "工作站", words, cost=Decimal("0.00"), proxy=proxy)
        records.record(act, proxy.care, came)
        _help(act, rng, tree, near, today)


def _help(act: PastAct, rng: random.Random, tree: Tree, near: list[CareRecord], today: date) -> None:
    """Let some ask for help at the station of the demonstration's clerk; members of their branch may take it on."""
    branch = tree.named("东山二支部").path
    theirs = Affiliation.objects.system("demo help").filter(
        kind="party", until=None, organization__path__startswith=branch
    )
    there = CareRecord.objects.system("demo help").filter(person__in=theirs.values("person_id"))
    for care in there.select_related("person", "organization").order_by("pk")[:1]:
        asked = helping.take_down(act, care, helping.Ask("请来家里帮我读一读单位的文件", today + timedelta(days=6)))
        helping.invite(act, asked, helping.Invite("own"))
    members = [care for care in near if care.person.political_status in helping.MEMBERS]
    for (words, what), care in zip(HELP, rng.sample(members, min(len(HELP), len(members))), strict=False):
        asked = helping.take_down(act, care, helping.Ask(words, today + timedelta(days=rng.randint(2, 9))))
        if what == "offered":
            helping.invite(act, asked, helping.Invite("own"))
        elif what == "done":
            helping.finish(act, asked, helping.Report("other", today, "已从站里借出轮椅一辆，送到家中。"))
