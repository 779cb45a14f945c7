"""What can be done about help: by whoever needs it, by the members it is offered to, by the desk."""

from datetime import date

from django.db.models import F as Column
from django.db.models import Q

from zhibu.apps.custody.models import HelpOffer, HelpRequest
from zhibu.apps.custody.permissions import SERVE
from zhibu.kernel.actions import Action, Inbox, register

S = "zhibu.apps.custody.services.helping"
F = "zhibu.apps.custody.forms_help"
CARE, REQUEST, OFFER = "custody.CareRecord", "custody.HelpRequest", "custody.HelpOffer"
IN_CARE, ENDED = Q(until__isnull=True), "托管已经结束"
WAITS, TAKEN_ON = Q(state="open"), Q(state="claimed")
MINE = Q(request__state="claimed", request__claimed_by=Column("person"))
NOT_MINE = "这件事不是由您认领的，或已经办好"


def whom(offer: HelpOffer) -> str:
    """Return whom a member helps, and how to reach them: told only to the one who took it on."""
    person = offer.request.person
    known = "，".join(filter(None, (person.mobile or person.telephone, person.address_living)))
    return f"{offer.request.words}（{known}）" if known else offer.request.words


def waits_for_clerk(today: date) -> Q:
    """Condition on requests: nobody has taken it on, or its day is near."""
    return WAITS


def told(request: HelpRequest) -> str:
    """Return what the inbox says of a request."""
    return f"{'本人提出' if request.by_self else '本站登记'}：{request.words}"


register(
    Action(
        "custody.help.ask", "请求帮助", "", f"{S}.ask", model=CARE, personal="person_id", form=f"{F}.AskForm", when=IN_CARE,
        when_message=ENDED, listed=False, icon="hand-raised", audit="本人求助",
        confirm="写下需要帮什么，工作站会看到，也会请支部的党员来帮忙。急病请直接打 120。",
    ),
    Action(
        "custody.help.withdraw", "不用办了", "", f"{S}.call_off", model=REQUEST, personal="person_id", form=f"{F}.ReasonForm",
        when=WAITS, when_message="已经有人认领，请直接告诉认领的人", listed=False, audit="本人撤回求助", confirm="撤回以后不再请人帮忙。",
    ),
    Action(
        "custody.help.record", "登记求助", SERVE, f"{S}.take_down", model=CARE, form=f"{F}.AskForm", when=IN_CARE,
        when_message=ENDED, icon="hand-raised", audit="登记求助", confirm="本人来电、来站请求帮助的，先登记，再办理或请支部帮忙。",
    ),
    Action(
        "custody.help.take", "由我来办", SERVE, f"{S}.take", model=REQUEST, when=WAITS, when_message="这件事已经有人认领，或不用办了",
        style="go", icon="hand-thumb-up", audit="认领求助", confirm="{obj}由您来办，别人不再认领。",
        inbox=Inbox(
            title=lambda r: f"求助：{r.person.name}", detail=told, due=lambda r: r.wanted_on, order=("wanted_on",),
            related=("person",), only=waits_for_clerk,
        ),
    ),
    Action(
        "custody.help.invite", "请支部帮忙", SERVE, f"{S}.invite", model=REQUEST, form=f"{F}.InviteForm", when=WAITS,
        when_message="这件事已经有人认领，或不用办了", icon="megaphone", audit="请支部帮忙",
        confirm="所选支部的党员在待办里看到要帮什么，看不到是谁。第一个认领的人来办。",
    ),
    Action(
        "custody.help.finish", "办好了", SERVE, f"{S}.finish", model=REQUEST, form=f"{F}.ReportForm", when=TAKEN_ON,
        when_message="还没有人认领，或已经办好", style="go", icon="check-circle", audit="办好求助",
        confirm="写下做了什么，同时登记为一次服务。",
    ),
    Action(
        "custody.help.release", "退回待认领", SERVE, f"{S}.release", model=REQUEST, form=f"{F}.ReasonForm", when=TAKEN_ON,
        when_message="还没有人认领，或已经办好", icon="arrow-uturn-left", audit="退回求助", confirm="认领的人办不了，重新请人认领。",
    ),
    Action(
        "custody.help.off", "不用办了", SERVE, f"{S}.call_off", model=REQUEST, form=f"{F}.ReasonForm",
        when=Q(state__in=["open", "claimed"]), when_message="已经办好或不用办了", style="danger", icon="x-circle", audit="取消求助",
        confirm="{obj}不再办理，写明原因。",
    ),
    Action(
        "custody.help.claim", "认领", "", f"{S}.claim", model=OFFER, personal="person_id", when=Q(request__state="open"),
        when_message="这件事已经有人认领，或不用办了", style="go", icon="hand-thumb-up", audit="党员认领求助",
        confirm="认领以后由您来办，待办里会告诉您是谁、怎么联系。办好后请写下做了什么。",
        inbox=Inbox(
            title=lambda o: "支部里有人需要帮忙", detail=lambda o: o.request.words, due=lambda o: o.request.wanted_on,
            order=("request__wanted_on",), related=("request",),
        ),
    ),
    Action(
        "custody.help.report", "办好了", "", f"{S}.report", model=OFFER, personal="person_id", form=f"{F}.ReportForm", when=MINE,
        when_message=NOT_MINE, style="go", icon="check-circle", audit="党员办好求助", confirm="写下做了什么，记为一次服务。",
        inbox=Inbox(
            title=lambda o: f"您认领的事：{o.request.person.name}", detail=whom, due=lambda o: o.request.wanted_on,
            order=("request__wanted_on",), related=("request__person",),
        ),
    ),
    Action(
        "custody.help.give_back", "办不了，退回", "", f"{S}.give_back", model=OFFER, personal="person_id", form=f"{F}.ReasonForm",
        when=MINE, when_message=NOT_MINE, icon="arrow-uturn-left", audit="党员退回求助", confirm="退回以后请别人认领。",
    ),
)  # fmt: skip
