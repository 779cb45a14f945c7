"""Everything that can be done with requests upward and their answers."""

from django.db.models import Q

from zhibu.apps.petitions import queries
from zhibu.apps.petitions.permissions import ANSWER, ASK
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.petitions.services"
F = "zhibu.apps.petitions.forms"
PETITION, REPLY = "petitions.Petition", "petitions.Reply"
NOT_OPEN = "这份请示已经发出、批复或撤回"

register(
    Action(
        "petitions.petition.draft", "写请示", ASK, f"{S}.asking.draft", target="none", form=f"{F}.DraftForm", style="go",
        icon="pencil-square", audit="起草请示", leaves_scope=True,
        confirm="写一份给上级组织的请示。发出时编文号，一个组织一年一个序列，不跳号；批复前可以撤回。",
    ),
    Action(
        "petitions.petition.send", "发出", ASK, f"{S}.asking.send", model=PETITION, when=Q(state="draft"),
        when_message=NOT_OPEN, style="go", icon="paper-airplane", audit="发出请示",
        confirm="把{obj}发给上级组织。发出后不能改，要改请先撤回另写；上级退回补充的，改好后用原来的文号再发。",
        inbox=Inbox(
            title=lambda p: f"发出{p.form_word}：{p.title}", detail=lambda p: "草稿，还没有发出",
            due=lambda p: None, related=("organization",),
        ),
    ),
    Action(
        "petitions.petition.edit", "修改", ASK, f"{S}.asking.edit", model=PETITION, form=f"{F}.EditForm",
        when=queries.mendable, when_message=f"{NOT_OPEN}；减免党费的，请在减免的页面上补充", icon="pencil-square",
        audit="修改请示", leaves_scope=True,
        confirm="修改{obj}。每次发出的内容都另存一份，上级看到的是发出时的样子。",
        inbox=Inbox(
            title=lambda p: f"补充后再发出：{p.title}", detail=lambda p: f"上级退回：{p.answer_words[:60]}",
            due=lambda p: None, order=("answered_on",), related=("organization",), only=Q(state="returned"),
        ),
    ),
    Action(
        "petitions.petition.withdraw", "撤回", ASK, f"{S}.asking.withdraw", model=PETITION, form=f"{F}.WithdrawForm",
        when=Q(state__in=["draft", "sent", "returned"]), when_message="已经批复或撤回的不能再撤回", style="danger",
        icon="arrow-uturn-left", audit="撤回请示",
        confirm="撤回{obj}，上级那里也标为对方撤回。文号不再使用，原文和原因仍看得到。",
    ),
    Action(
        "petitions.reply.answer", "批复", ANSWER, f"{S}.answering.answer", model=REPLY, form=f"{F}.AnswerForm",
        when=queries.WAITING, when_message="这份请示已经批复，或对方已撤回", style="go", icon="check-badge",
        audit="批复请示", not_by=("petition.asked_by_id",),
        confirm="批复{obj}。结果马上通知请示的组织，它所说的事随之办理；批复后不能改，写错了请另行发文说明。",
        inbox=Inbox(
            title=lambda r: f"{'登记上级批复' if r.external else '批复'}：{r.title}",
            detail=lambda r: f"{r.petition.organization} {r.petition.number_text}",
            due=lambda r: r.due_on, order=("due_on",), related=("petition__organization",), only=queries.waits_here,
        ),
    ),
)  # fmt: skip
