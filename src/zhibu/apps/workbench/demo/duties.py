"""Yearly checks as they fell due, most of them done; some people for whom somebody else comes."""

import random
from datetime import date, timedelta
from decimal import Decimal

from zhibu.apps.custody.models import CareRecord, YearlyCheck
from zhibu.apps.custody.services import duties, records
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct

PROXIES, LATE = 14, 0.12
WORDS = ("视频核验通过", "本人到站核验", "上门核对，情况属实", "手机刷脸通过")
RELATIONS = ("女儿", "儿子", "配偶", "弟弟")


def write(act: PastAct, rng: random.Random, tree: Tree, today: date) -> None:
    """Open the checks and do those whose day has passed, nearly all; record proxies, one of whom came."""
    duties.open_due(today)
    passed = list(YearlyCheck.objects.system("demo checks").filter(due_on__lt=today).select_related("care"))
    done = [check for check in passed if rng.random() >= LATE]
    for check in done:
        check.done_on = max(check.due_on - timedelta(days=rng.randint(0, 40)), check.care.since)
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
