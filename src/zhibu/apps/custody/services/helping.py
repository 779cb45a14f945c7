"""Help: asked for, offered to the members of a branch, taken on by one of them, done: then it is a service."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.custody import queries
from zhibu.apps.custody.models import CareRecord, HelpOffer, HelpRequest, HelpState
from zhibu.apps.custody.services.records import Service, record
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.kernel import messages
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.tree import under

#: members one request is offered to
MOST = 300
MEMBERS = ("01", "02")
TAKEN = "这件事已经有人认领，或不用办了"


@dataclass(frozen=True)
class Ask:
    """What is needed, and by when."""

    words: str
    wanted_on: date | None = None


@dataclass(frozen=True)
class Invite:
    """Whose members may take it on: `own`, the person's branch; `covered`, the branches the workstation looks after."""

    who: str


@dataclass(frozen=True)
class Report:
    """What was done."""

    kind: str
    on: date
    words: str


def ask(act: Act, care: CareRecord, data: Ask) -> HelpRequest:
    """Ask for help for oneself."""
    return _ask(act, care, data, by_self=True)


def take_down(act: Act, care: CareRecord, data: Ask) -> HelpRequest:
    """Write down at the desk what somebody asks for."""
    return _ask(act, care, data, by_self=False)


def _ask(act: Act, care: CareRecord, data: Ask, *, by_self: bool) -> HelpRequest:
    if data.wanted_on is not None and data.wanted_on < localdate():
        raise Refused("希望的日期不能早于今天", field="wanted_on")
    made: HelpRequest = HelpRequest.objects.create(
        care=care, person=care.person, words=data.words, wanted_on=data.wanted_on, by_self=by_self, asked_by=act.actor.name[:100]
    )  # fmt: skip
    act.log(
        made, organization_id=care.organization_id, summary=f"{act.wording}：{care.person.name}，{data.words}"[:200]
    )
    return made


def invite(act: Act, request: HelpRequest, data: Invite) -> HelpRequest:
    """Offer it to the members of a branch: they see the words and no name; whoever takes it on learns who it is."""
    tops = queries.branches(request, data.who)
    if not tops:
        raise Refused("没有这样的支部", field="who", next_step="请改选另一项，或由本站来办。")
    inside = Affiliation.objects.system("members asked for help").filter(current(), kind=Kind.PARTY)
    inside = inside.filter(under("organization__path", tops))
    people = Person.objects.system("members asked for help").filter(
        pk__in=inside.values("person_id"), state="live", political_status__in=MEMBERS
    )
    known = HelpOffer.objects.system("offers of a request in hand").filter(request=request).values("person_id")
    found = list(people.exclude(pk=request.person_id).exclude(pk__in=known).order_by("pk")[: MOST + 1])
    if not found:
        raise Refused("那里没有可以请的党员，或都已经请过", field="who")
    if len(found) > MOST:
        raise Refused(f"那里的党员超过 {MOST} 人，请只请本人所在的支部", field="who")
    HelpOffer.objects.bulk_create(HelpOffer(request=request, person=person) for person in found)
    messages.tell(
        found, "affairs", title="支部里有人需要帮忙", body="请打开待办看一看，能帮的请认领。", link="/inbox/",
        key=f"help:{request.uid}:{data.who}",
    )  # fmt: skip
    request.rev += 1
    request.save(update_fields=["rev"])
    act.log(
        request,
        organization_id=request.care.organization_id,
        summary=f"请支部帮忙：{request.person.name}，{len(found)} 名党员",
    )
    return request


def take(act: Act, request: HelpRequest, data: None = None) -> HelpRequest:
    """The clerk takes it on."""
    return _claim(act, request)


def claim(act: Act, offer: HelpOffer, data: None = None) -> HelpOffer:
    """A member takes it on; of two at once one gets it."""
    rows = HelpRequest.objects.system("request of one's own offer").select_for_update(of=("self",))
    _claim(act, rows.select_related("care", "person").get(pk=offer.request_id))
    return offer


def _claim(act: Act, request: HelpRequest) -> HelpRequest:
    if request.state != HelpState.OPEN:
        raise Refused(TAKEN, code="taken")
    request.state, request.claimed_by_id = HelpState.CLAIMED, act.actor.person_id
    request.claimed_name, request.claimed_at = act.actor.name[:100], timezone.now()
    return _saved(act, request, f"认领求助：{request.person.name}，由{request.claimed_name}办")


def release(act: Act, request: HelpRequest, data: Why) -> HelpRequest:
    """Whoever took it on cannot do it: it waits again."""
    return _release(act, request)


def give_back(act: Act, offer: HelpOffer, data: Why) -> HelpOffer:
    """The member who took it on cannot do it."""
    _release(act, _locked(offer))
    return offer


def _release(act: Act, request: HelpRequest) -> HelpRequest:
    request.state, request.claimed_by, request.claimed_name, request.claimed_at = HelpState.OPEN, None, "", None
    return _saved(act, request, f"退回求助：{request.person.name}")


def finish(act: Act, request: HelpRequest, data: Report) -> HelpRequest:
    """It is done: a service of the person's record says what."""
    return _finish(act, request, data)


def report(act: Act, offer: HelpOffer, data: Report) -> HelpOffer:
    """The member says what was done."""
    _finish(act, _locked(offer), data)
    return offer


def _finish(act: Act, request: HelpRequest, data: Report) -> HelpRequest:
    words = f"{data.words}（求助：{request.words}）"
    request.service = record(act, request.care, Service(data.kind, data.on, "", words[:2000]))
    request.state = HelpState.DONE
    return _saved(act, request, f"办好求助：{request.person.name}")


def call_off(act: Act, request: HelpRequest, data: Why) -> HelpRequest:
    """It is not needed any more."""
    request.state, request.closed_why = HelpState.OFF, data.reason
    return _saved(act, request, f"不用办了：{request.person.name}的求助")


def _locked(offer: HelpOffer) -> HelpRequest:
    rows = HelpRequest.objects.system("request of one's own offer").select_for_update(of=("self",))
    found: HelpRequest = rows.select_related("care__person", "care__organization", "person").get(pk=offer.request_id)
    if found.state != HelpState.CLAIMED or found.claimed_by_id != offer.person_id:
        raise Refused("这件事不是由您认领的，或已经办好")
    return found


def _saved(act: Act, request: HelpRequest, summary: str) -> HelpRequest:
    request.rev += 1
    request.save()
    act.log(request, organization_id=request.care.organization_id, summary=summary)
    return request
