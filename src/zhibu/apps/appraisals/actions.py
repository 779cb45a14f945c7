"""What can be done with the yearly appraisal of a branch."""

from django.db.models import Q

from zhibu.apps.appraisals.permissions import CONFIRM, MANAGE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.appraisals.services"
F = "zhibu.apps.appraisals.forms"
APPRAISAL, ENTRY = "appraisals.Appraisal", "appraisals.Entry"
WRITING = Q(appraisal__state__in=["open", "measured"])
UNDER_WAY = Q(state__in=["open", "measured", "proposed"])
TOO_LATE = "等次已经报审、审定，或这次评议已作废"

register(
    Action(
        "appraisals.open", "开始民主评议", MANAGE, f"{S}.opening.open_", target="none", form=f"{F}.OpenForm", style="go",
        icon="play-circle", audit="开始民主评议", confirm="按今天的党员名册开始，预备党员参加评议、不评定等次。每名党员会在待办里看到要写自评。",
    ),
    Action(
        "appraisals.own.write", "写自评", "", f"{S}.assessing.write_own", model=ENTRY, personal="person_id", form=f"{F}.OwnForm",
        when=WRITING, when_message="测评已经结束，不能再改自评", style="go", icon="pencil-square", audit="写个人自评",
        confirm="写好后支部看得到。测评结果评定以前都可以改。",
        inbox=Inbox(
            title=lambda e: f"写 {e.appraisal.year} 年民主评议自评", detail=lambda e: "对照党员标准写一年来的情况",
            due=lambda e: None, related=("appraisal",), only=WRITING & Q(own_on__isnull=True),
        ),
    ),
    Action(
        "appraisals.own.paper", "代录自评", MANAGE, f"{S}.assessing.write_own", model=ENTRY, form=f"{F}.OwnForm", when=WRITING,
        when_message="测评已经结束，不能再改自评", icon="document-text", audit="代录个人自评",
        confirm="把{obj}交来的书面自评录进来，记下录入的人。",
    ),
    Action(
        "appraisals.measure", "登记民主测评", MANAGE, f"{S}.assessing.measure", model=APPRAISAL, form=f"{F}.TallyForm",
        when=Q(state__in=["open", "measured"]), when_message=TOO_LATE, style="go", icon="clipboard-document-check",
        audit="登记民主测评", confirm="照计票结果填写。评定等次以前可以更正。",
        inbox=Inbox(
            title=lambda a: f"登记民主测评：{a.organization}", detail=lambda a: f"{a.year} 年，{a.total} 名党员",
            due=lambda a: None, related=("organization",), only=Q(state="open"),
        ),
    ),
    Action(
        "appraisals.propose", "拟定等次", MANAGE, f"{S}.ranking.propose", model=APPRAISAL, form=f"{F}.RanksForm",
        when=Q(state__in=["measured", "proposed"]), when_message="请先登记民主测评", style="go", icon="pencil-square",
        audit="拟定等次", confirm="参考测评结果和日常表现，由支部委员会或支部党员大会拟定。优秀的不超过党员总数的三分之一。",
        inbox=Inbox(
            title=lambda a: f"拟定等次：{a.organization}", detail=lambda a: f"{a.year} 年民主评议" + (f"，上级退回：{a.words}" if a.words else ""),
            due=lambda a: None, related=("organization",), only=Q(state="measured"),
        ),
    ),
    Action(
        "appraisals.decide", "评定并报审", MANAGE, f"{S}.ranking.decide", model=APPRAISAL, form=f"{F}.DecideForm",
        when=Q(state="proposed"), when_message="请先拟定等次", style="go", icon="paper-airplane", audit="评定等次并报审",
        confirm="选出评定等次的那次会议，报上级党组织审定。报审后不能再改。",
        inbox=Inbox(
            title=lambda a: f"评定并报审：{a.organization}", detail=lambda a: f"{a.year} 年民主评议，等次已拟定",
            due=lambda a: None, related=("organization",),
        ),
    ),
    Action(
        "appraisals.confirm", "审定", CONFIRM, f"{S}.ranking.confirm", model=APPRAISAL, form=f"{F}.WordsForm",
        when=Q(state="decided"), when_message="还没有报审", not_by=("decided_by_id",), style="go", icon="check-badge",
        audit="审定民主评议", confirm="同意{obj}的等次。每名党员会收到自己的结果，别人的看不到。",
        inbox=Inbox(
            title=lambda a: f"审定民主评议：{a.organization}", detail=lambda a: f"{a.year} 年，{a.total} 名党员",
            due=lambda a: None, related=("organization",),
        ),
    ),
    Action(
        "appraisals.send_back", "退回", CONFIRM, f"{S}.ranking.send_back", model=APPRAISAL, form=f"{F}.VoidForm",
        when=Q(state="decided"), when_message="还没有报审", icon="arrow-uturn-left", audit="退回民主评议",
        confirm="退回支部重新拟定，写明原因。",
    ),
    Action(
        "appraisals.correct", "更正等次", CONFIRM, f"{S}.ranking.correct", model=ENTRY, form=f"{F}.CorrectForm",
        when=Q(appraisal__state="confirmed", ranked=True), when_message="审定以后才用更正；不评定等次的没有等次", style="danger",
        icon="pencil-square", audit="更正等次", confirm="更正{obj}的等次，原来的等次和原因留在历史里，本人会收到通知。",
    ),
    Action(
        "appraisals.void", "作废", MANAGE, f"{S}.opening.void", model=APPRAISAL, form=f"{F}.VoidForm", when=UNDER_WAY,
        when_message=TOO_LATE, style="danger", icon="x-circle", audit="作废民主评议",
        confirm="{obj}作废，已经写下的仍看得到；之后可以重新开始。",
    ),
)  # fmt: skip
