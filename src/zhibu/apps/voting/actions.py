"""Everything that can be done with rolls and votes."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from zhibu.apps.voting import queries, rules
from zhibu.apps.voting.models import Motion, Trustee
from zhibu.apps.voting.permissions import COUNT, MANAGE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.voting.services"
F = "zhibu.apps.voting.forms"
ROLL, ENTRY, EXCLUSION, MOTION = "voting.Roll", "voting.RollEntry", "voting.Exclusion", "voting.Motion"
DRAFT, OPEN = Q(state="draft"), Q(state="open")
WRITTEN = Q(rule__in=[code for code, row in rules.majorities().items() if row.written])


def host(motion: Motion) -> str:
    """Return what the inbox says of a vote."""
    return f"{motion.organization}，{motion.get_method_display()}"


def own_trust(trustee: Trustee) -> str:
    """Return the page where a scrutineer does their part."""
    return reverse("own-trust", args=[trustee.uid])


def no_day(record: Any) -> None:
    """Votes wait for people who are there; none has a day of its own."""


register(
    Action(
        "voting.roll.freeze", "建立应到名册", MANAGE, f"{S}.rolls.establish", target="none", form=f"{F}_roll.FreezeForm", style="go",
        icon="clipboard-document-list", audit="建立应到名册",
        confirm="按这一天在册的党员建立应到名册。建立以后不再改动；党员以后的变化不影响它。会议的名册在会议里建立，这里用于单独的表决。",
    ),
    Action(
        "voting.motion.draft", "准备表决", MANAGE, f"{S}.motions.draft", model=ROLL, form=f"{F}.DraftForm", when=Q(is_void=False),
        when_message="这份名册已经作废", style="go", icon="hand-raised", audit="准备表决",
        confirm="写明表决什么、怎样表决。准备好以后再“开始表决”，那时的应到、实到人数固定下来。",
    ),
    Action(
        "voting.motion.draft_online", "准备网上投票", MANAGE, f"{S}.motions.draft", model=ROLL, form=f"{F}.OnlineForm",
        when=Q(is_void=False), when_message="这份名册已经作废", icon="device-phone-mobile", audit="准备网上投票",
        confirm="无记名投票一般在现场用纸质票进行。只有上级批复同意的，才可以网上投票。指定两名以上监票人，他们各自在手机上领取开票码后才能开始。"
        "网上投票防不住能在投票时改动服务器程序的人；事关选举和发展党员的，一般用纸质票。",
    ),
    Action(
        "voting.roll.void", "作废名册", MANAGE, f"{S}.rolls.make_void", model=ROLL, form=f"{F}_roll.ReasonForm", when=Q(is_void=False),
        when_message="这份名册已经作废", style="danger", icon="x-circle", audit="作废应到名册",
        confirm="{obj}作废，不能再用来表决。请另建正确的名册。",
    ),
    Action(
        "voting.exclusion.propose", "提出不计入应到", MANAGE, f"{S}.exclusions.exclude", model=ENTRY, form=f"{F}_roll.ExcludeForm",
        when=queries.proposable, when_message="这个人本来就不计入应到或已经提出，或名册已经作废", icon="user-minus",
        audit="提出不计入应到",
        confirm="应到会的人一般一个也不能少算。只有下列情形，上级党组织书面同意，并经支部党员大会表决通过，才可以不计入应到会人数。",
    ),
    Action(
        "voting.exclusion.readmit", "恢复计入应到", MANAGE, f"{S}.exclusions.readmit", model=EXCLUSION, form=f"{F}_roll.ReasonForm",
        when=Q(state__in=["proposed", "passed"]), when_message="没有提出过，或大会没有通过", icon="arrow-uturn-left",
        audit="恢复计入应到", confirm="{obj}的提议撤回，本人重新计入应到会人数。已有结果的表决不变。",
    ),
    Action(
        "voting.motion.open", "开始表决", MANAGE, f"{S}.motions.open_", model=MOTION, form=f"{F}.OpenForm", when=DRAFT,
        when_message="表决已经开始或作废", style="go", icon="play", audit="开始表决",
        confirm="勾选到会的有表决权的人。开始以后应到、实到人数不再变动。",
        inbox=Inbox(title=lambda m: f"开始表决：{m}", detail=host, due=no_day, related=("organization",)),
    ),
    Action(
        "voting.motion.opinion", "登记书面意见", MANAGE, f"{S}.motions.write_opinion", model=MOTION, form=f"{F}.OpinionForm",
        when=DRAFT & WRITTEN, when_message="表决已经开始，或这类表决不计书面意见", icon="envelope-open", audit="登记书面意见",
        confirm="因故不能到会的正式党员，会前正式写来的意见计入票数，不计入到会人数。书面意见是署名的，请收好原件。",
    ),
    Action(
        "voting.opinion.withdraw", "撤回书面意见", MANAGE, f"{S}.motions.withdraw_opinion", model="voting.WrittenOpinion",
        form=f"{F}_roll.ReasonForm", when=Q(is_withdrawn=False, motion__state="draft"), when_message="表决已经开始，或已经撤回",
        icon="arrow-uturn-left", audit="撤回书面意见", confirm="{obj}不再计票。本人到会投票的，或登记错了的，在开始表决以前撤回。",
    ),
    Action(
        "voting.motion.hands", "登记举手结果", MANAGE, f"{S}.motions.record_hands", model=MOTION, form=f"{F}_count.HandsForm",
        when=OPEN & Q(method="hands"), when_message="不是举手表决，或已有结果", style="go", icon="hand-raised", audit="登记举手结果",
        confirm="按清点的人数登记，三项之和应等于实到人数。登记后随即得出结果，不能改写；错了只能作废重来。",
        inbox=Inbox(title=lambda m: f"登记举手结果：{m}", detail=host, due=no_day, related=("organization",)),
    ),
    Action(
        "voting.motion.count", "录入计票", COUNT, f"{S}.paper.enter_count", model=MOTION, form=f"{F}_count.CountForm",
        when=queries.uncounted, when_message="不是纸质投票，还没有开始，或两人已经一致", style="go", icon="calculator", audit="录入计票",
        confirm="照计票单录入。须由两个人用各自的账号各录一遍，第二个人录完以前互相看不到；不一致的，两份都显示出来，再各录一遍。",
        inbox=Inbox(title=lambda m: f"录入计票：{m}", detail=host, due=no_day, related=("organization",)),
    ),
    Action(
        "voting.motion.tellers", "指定计票人", MANAGE, f"{S}.paper.name_tellers", model=MOTION, form=f"{F}_count.TellersForm",
        when=queries.to_name_tellers, when_message="不是纸质投票，票数已经一致，或选举的计票人由大会通过", icon="user-plus", audit="指定计票人",
        confirm="指定的人在自己的待办里录入计票，不需要别的权限；支部书记、支部委员也可以照常录入。",
    ),
    Action(
        "voting.motion.sheet", "上传计票单", COUNT, f"{S}.paper.attach_sheet", model=MOTION, form=f"{F}_count.SheetForm",
        when=Q(method="paper", state__in=["open", "counting", "decided"]), when_message="不是纸质投票，或还没有开始", icon="paper-clip",
        audit="上传计票单", confirm="把签了字的计票单扫描后存在这里。选票原件按规定封存。",
    ),
    Action(
        "voting.motion.stop", "结束投票", MANAGE, f"{S}.online.stop", model=MOTION, when=OPEN & Q(method="online"),
        when_message="不是网上投票，或没有在进行", style="go", icon="stop", audit="结束网上投票",
        confirm="结束以后不再收票，谁投了票（不是投了什么）按名册顺序记入操作记录。接着请各位监票人输入开票码。",
    ),
    Action(
        "voting.motion.close", "宣布结果", MANAGE, f"{S}.motions.close", model=MOTION, when=queries.countable,
        when_message="票数还没有齐：纸质票须两人录入一致，网上投票须各监票人都已开票", style="go", icon="megaphone", audit="宣布表决结果",
        confirm="按规则得出{obj}的结果并公布给能看到它的人。",
        inbox=Inbox(title=lambda m: f"宣布结果：{m}", detail=host, due=no_day, related=("organization",)),
    ),
    Action(
        "voting.motion.void", "作废", MANAGE, f"{S}.motions.void", model=MOTION, form=f"{F}_roll.ReasonForm", when=~Q(state="void"),
        when_message="这次表决已经作废", style="danger", icon="x-circle", audit="作废表决",
        confirm="{obj}作废，原来的结果仍看得到，但不再有效。已经据此办理的事项会一并退回或不允许作废。",
    ),
)  # fmt: skip

TRUSTEE, VOTER, TELLER = "voting.Trustee", "voting.Voter", "voting.Teller"
CASTING = Q(has_voted=False, motion__state="open", motion__method="online")

register(
    Action(
        "voting.trustee.take", "领取开票码", "", f"{S}.online.take_key", model=TRUSTEE, personal="person_id",
        when=Q(motion__state="draft"), when_message="投票已经开始，不能再领取", listed=False, audit="领取开票码",
        confirm="开票码只显示一次，平台不保存。请抄写或打印，不要拍照发给别人。",
        inbox=Inbox(
            title=lambda t: f"领取开票码：{t.motion}", detail=lambda t: "您是监票人，领取后才能开始投票", due=no_day,
            related=("motion",), only=Q(public=""), url=own_trust,
        ),
    ),
    Action(
        "voting.trustee.open", "输入开票码", "", f"{S}.online.open_share", model=TRUSTEE, personal="person_id",
        form=f"{F}_online.OpenSumsForm", when=Q(motion__state="counting", shares=[]), when_message="投票还没有结束，或您已经开过票",
        listed=False, style="go", audit="输入开票码",
        confirm="输入纸条上的开票码。您打开的只是全部选票的总和；开票以后请销毁纸条。",
        inbox=Inbox(
            title=lambda t: f"请开票：{t.motion}", detail=lambda t: "您是监票人，各位监票人都输入后才有票数", due=no_day,
            related=("motion",),
        ),
    ),
    Action(
        "voting.teller.count", "录入计票", "", f"{S}.paper.enter_own_count", model=TELLER, personal="person_id",
        form=f"{F}_count.OwnCountForm", when=queries.uncounted_by_teller,
        when_message="投票还没有开始，两人已经一致，或您这一次已经录入过", listed=False, style="go", icon="calculator", audit="录入计票",
        confirm="照计票单录入。须由两个人用各自的账号各录一遍，第二个人录完以前互相看不到；不一致的，两份都显示出来，再各录一遍。",
        inbox=Inbox(
            title=lambda t: f"录入计票：{t.motion}", detail=lambda t: f"您是计票人，{t.motion.organization}", due=no_day,
            related=("motion__organization",),
        ),
    ),
    Action(
        "voting.ballot.cast", "投票", "", f"{S}.online.cast", model=VOTER, personal="person_id", discreet=True,
        form=f"{F}_online.BallotForm", when=CASTING, when_message="您的票已经收到，每人只投一次；或投票已经结束", listed=False, style="go",
        audit="投票", confirm="无记名投票：选好以后点“投票”，投出后不能改。存下来的数据里查不出您投了什么。",
        inbox=Inbox(
            title=lambda v: f"请投票：{v.motion}", detail=lambda v: str(v.motion.organization), due=no_day,
            related=("motion__organization",),
        ),
    ),
)  # fmt: skip
