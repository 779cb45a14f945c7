"""Everything that can be done in an election, in the order of its course."""

from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.elections import queries
from zhibu.apps.elections.models import OPEN, Election
from zhibu.apps.elections.permissions import APPOINT, MANAGE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.elections.services"
F = "zhibu.apps.elections.forms"
TERM, ELECTION, BALLOT = "organizations.Term", "elections.Election", "elections.Ballot"
NOT_NOW = "选举不在这一步"
#: before the superior agreed to the election, after it, at the assembly
PREPARED, NOMINATING, ASSEMBLY = Q(state="draft"), Q(state="nominating"), Q(state="assembly")
#: who votes is known, and candidates may be settled on, or changed while no ballot is there
TO_PROPOSE = Q(state__in=["nominating", "assembly"], roll__isnull=False)
READY = ASSEMBLY & Q(adopted_on__isnull=False)


def waits(title: str, only: Any = None, detail: str = "") -> Inbox:
    """Return the inbox row of an act on an election."""
    return Inbox(
        title=lambda e: f"{title}：{e}", detail=lambda e: (e.note and f"上级退回：{e.note[:60]}") or detail,
        due=Election.due, order=("planned_on",), related=("organization",), only=only,
    )  # fmt: skip


register(
    Action(
        "elections.election.begin", "办理换届选举", MANAGE, f"{S}.planning.begin", model=TERM, form=f"{F}.BeginForm",
        when=queries.running, when_message="这一届已经结束，或已有一次选举在办理", style="go", icon="archive-box-arrow-down",
        audit="拟定选举方案", leaves_scope=True,
        confirm="“{obj}”届满换届，先拟定方案，再报请上级同意。提前或延期的须写明理由，一般不超过 1 年。",
        inbox=Inbox(
            title=lambda t: f"{t.organization} 换届", detail=lambda t: f"第 {t.number} 届任期至 {t.until.isoformat()}，{t.due_label(localdate())}",
            due=lambda t: t.until, order=("until",), related=("organization",), only=queries.falling_due,
        ),
    ),
    Action(
        "elections.election.create", "新的选举", MANAGE, f"{S}.planning.create", target="none", form=f"{F}.CreateForm",
        style="go", icon="plus", audit="拟定选举方案", leaves_scope=True,
        confirm="拟定换届选举、首届选举或补选的方案，再报请上级同意。适用今天施行的选举规则，中途不变。",
    ),
    Action(
        "elections.election.ask", "报请上级同意选举", MANAGE, f"{S}.planning.ask_to_hold", model=ELECTION, form=f"{F}.PaperForm",
        when=PREPARED, when_message=NOT_NOW, style="go", icon="paper-airplane", audit="报请同意选举",
        confirm="把请示发给上级组织。上级同意以后，才能建立名册、酝酿推荐。", inbox=waits("报请上级同意选举", detail="方案已拟定，还没有报"),
    ),
    Action(
        "elections.election.edit", "修改方案", MANAGE, f"{S}.planning.edit", model=ELECTION, form=f"{F}.EditForm", when=PREPARED,
        when_message="报出以后不能改方案，请先撤回请示", icon="pencil-square", audit="修改选举方案", confirm="修改{obj}的方案，改动写进历史。",
    ),
    Action(
        "elections.election.roll", "建立选举名册", MANAGE, f"{S}.nominating.freeze_roll", model=ELECTION,
        form=f"{F}_assembly.RollForm", when=Q(state__in=["nominating", "assembly"]), when_message=NOT_NOW, icon="clipboard-document-list",
        audit="建立选举名册",
        confirm="把有选举权、被选举权的人固定下来：预备党员和受留党察看处分期间的党员没有，名册上写明原因。已有名册而还没有表决的，可以重新建立。",
        inbox=waits("建立选举名册", NOMINATING & Q(roll__isnull=True), "上级已同意选举"),
    ),
    Action(
        "elections.nomination.record", "登记推荐", MANAGE, f"{S}.nominating.record", model=ELECTION,
        form=f"{F}_assembly.NominateForm", when=NOMINATING & Q(roll__isnull=False), when_message="请先建立选举名册；候选人报出以后不再登记",
        icon="hand-thumb-up", audit="登记推荐", confirm="按党小组或会议登记：多少人参加，每个人得到多少推荐票。没有人推荐的不填。",
        inbox=waits("登记推荐", queries.to_nominate, "名册已建立"),
    ),
    Action(
        "elections.election.propose", "确定候选人", MANAGE, f"{S}.nominating.propose", model=ELECTION,
        form=f"{F}_assembly.SlateForm", when=TO_PROPOSE, when_message="请先建立名册、登记推荐", style="go", icon="users", audit="确定候选人",
        confirm="确定候选人，同时报请上级同意。以后要调整，另出一份名单，再报上级，原来的名单保留。",
        inbox=waits("确定候选人", queries.to_propose, "已登记推荐"),
    ),
    Action(
        "elections.election.convene", "安排选举大会", MANAGE, f"{S}.assembly.convene", model=ELECTION,
        form=f"{F}_assembly.ConveneForm", when=ASSEMBLY & Q(meeting__isnull=True), when_message="上级同意候选人以后安排，一次选举安排一次大会",
        icon="calendar-days", audit="安排选举大会", leaves_scope=True, confirm="在组织生活里安排这次大会，选举列为议题；通知、请假和签到在会议里办理。",
        inbox=waits("安排选举大会", ASSEMBLY & Q(meeting__isnull=True, adopted__isnull=True), "上级已同意候选人"),
    ),
    Action(
        "elections.election.adopt", "提请通过选举办法", MANAGE, f"{S}.assembly.adopt", model=ELECTION,
        form=f"{F}_assembly.AdoptForm", when=ASSEMBLY & Q(adopted_on__isnull=True), when_message="上级同意候选人以后办理，通过以后不再改",
        style="go", icon="scale", audit="提请通过选举办法",
        confirm="把选举办法和监票人、计票人名单提请大会举手表决。接着打开这次表决，勾选到会的人，登记举手结果。",
        inbox=waits("提请通过选举办法", ASSEMBLY & Q(adopted__isnull=True), "上级已同意候选人"),
    ),
    Action(
        "elections.election.ballot", "准备选票", MANAGE, f"{S}.assembly.prepare", model=ELECTION,
        form=f"{F}_assembly.BallotForm", when=READY, when_message="大会通过选举办法、监票人和计票人以后才能投票", style="go", icon="ticket",
        audit="准备选票", leaves_scope=True,
        confirm="准备一次无记名投票。打印选票，投票后由两名计票人各自清点、各自录入，一致后宣布，再回来确认结果。",
        inbox=waits("准备选票", queries.to_ballot, "选举办法已通过"),
    ),
    Action(
        "elections.ballot.settle", "确认选举结果", MANAGE, f"{S}.assembly.settle", model=BALLOT,
        form=f"{F}_assembly.SettleForm", when=Q(state="counted"), when_message="还没有宣布计票结果，或已经确认", style="go",
        icon="check-badge", audit="确认选举结果",
        confirm="按规则确认谁当选。选满了进入下一步；票数相等或没有选满的，再准备一次选票。确认后不能改，错了办理“重新选举”。",
        inbox=Inbox(
            title=lambda b: f"确认选举结果：{b}", detail=lambda b: "计票结果已宣布", due=lambda b: b.election.planned_on,
            related=("election__organization",),
        ),
    ),
    Action(
        "elections.election.fewer", "减少名额", MANAGE, f"{S}.assembly.propose_fewer", model=ELECTION,
        when=queries.to_reduce, when_message="没有选满、又有人当选时，才可以提请减少名额", icon="minus-circle",
        audit="提请减少名额", confirm="提请大会举手表决：名额减为已当选的人数，不再选举。表决通过后进入下一步。",
    ),
    Action(
        "elections.election.posts", "委员会选举书记", MANAGE, f"{S}.committee.prepare", model=ELECTION,
        form=f"{F}_assembly.CommitteeBallotForm", when=Q(state="allocating", body="committee"), when_message="委员选出以后办理",
        style="go", icon="user-circle", audit="委员会选举", leaves_scope=True,
        confirm="新一届委员会第一次会议从委员中无记名选举书记、副书记，办法和大会投票一样。",
        inbox=waits(
            "委员会选举书记", queries.to_elect_posts, "大会已选出委员"
        ),
    ),
    Action(
        "elections.election.assign", "登记委员分工", MANAGE, f"{S}.committee.assign", model=ELECTION,
        form=f"{F}_assembly.AssignForm", when=Q(state="allocating", body="committee"), when_message="书记选出以后办理", icon="rectangle-group",
        audit="登记委员分工", confirm="登记组织、宣传、纪检等委员的分工。书记、副书记由选举产生，这里不改。",
        inbox=waits(
            "登记委员分工", queries.to_assign, "书记已选出"
        ),
    ),
    Action(
        "elections.election.report", "报请上级批准结果", MANAGE, f"{S}.approving.report", model=ELECTION, form=f"{F}.ReportForm",
        when=Q(state="allocating"), when_message=NOT_NOW, style="go", icon="paper-airplane", audit="报请批准选举结果",
        confirm="把选举结果报上级批准。批准以前职务待批复；批准的同时，原任职结束，新任职和新一届任期开始。",
        inbox=waits("报请上级批准结果", queries.to_report, "选举已结束"),
    ),
    Action(
        "elections.election.again", "重新选举", MANAGE, f"{S}.assembly.again", model=ELECTION, form=f"{F}.ReasonForm",
        when=queries.balloted, when_message="还没有投过票，或结果已报上级（请先撤回报告）",
        style="danger", icon="arrow-path", audit="重新选举", confirm="已有的投票全部作废，从准备选票重新开始。原来的结果和原因仍看得到。",
    ),
    Action(
        "elections.election.stop", "终止", MANAGE, f"{S}.planning.stop", model=ELECTION, form=f"{F}.ReasonForm", when=OPEN,
        when_message="已经生效或终止", style="danger", icon="x-circle", audit="终止选举",
        confirm="{obj}到此为止，待批复的请示一并撤回。已有的材料仍看得到；以后可以另办一次。",
    ),
    Action(
        "elections.nomination.withdraw", "撤回推荐", MANAGE, f"{S}.nominating.withdraw", model="elections.Nomination",
        form=f"{F}.ReasonForm", when=Q(stands=True, election__state="nominating"), when_message="已经撤回，或候选人已经报出",
        style="danger", icon="arrow-uturn-left", audit="撤回推荐", confirm="{obj}登记错了，不再计入。",
    ),
    Action(
        "elections.appointment.record", "登记上级任命", APPOINT, f"{S}.approving.appoint", target="none", form=f"{F}.AppointForm",
        icon="identification", audit="登记上级任命", leaves_scope=True,
        confirm="上级党组织直接任命（指派）书记、副书记或委员的，在这里登记：注明是任命，不是选举。登记后原任同一职务的人同日离任。",
    ),
)  # fmt: skip
