"""Requests upward: some answered in the last months, one returned, some that wait, one overdue."""

from datetime import date, timedelta
from typing import Any

from zhibu.apps.accounts.models import Account
from zhibu.apps.organizations.models import Organization
from zhibu.apps.petitions.models import Petition, Reply
from zhibu.apps.petitions.services import ask
from zhibu.apps.petitions.services.answering import Answer, answer
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.writing import PastAct, begun
from zhibu.kernel.actor import Actor

#: branch, kind, title, words, days ago, outcome ("" waits), the superior's words
TOLD = (
    ("东山一支部", "activity", "关于组织党员参观革命纪念馆的请示",
     "拟于下月主题党日组织全体党员参观市革命纪念馆，行程半天。\n所需交通费用从留存党费中列支。", 70, "agreed", "注意交通安全。"),
    ("西湾一支部", "posts", "关于增补宣传委员的请示", "原宣传委员因工作调动离开，拟增补一名宣传委员。", 40, "returned",
     "请补充支部委员会会议记录和拟任人选的简要情况。"),
    ("江北三支部", "structure", "关于增设一个党小组的请示", "支部现有党员较多，居住分散，拟增设一个党小组。", 9, "", ""),
    ("东山二支部", "activity", "关于慰问困难党员经费的请示", "春节前拟走访慰问困难党员，所需经费请予支持。", 20, "", ""),
    ("江北总支", "other", "关于借用会议室的请示", "拟借用中心会议室召开总支党员大会。", 55, "refused", "会议室当日另有安排，请改期。"),
)  # fmt: skip
#: after so long a superior answers
ANSWERED = timedelta(days=4)


def write(scene: Scene) -> None:
    """Ask and answer through the services, then set the days back."""
    officers = [account for name in ("zuzhibu", "lingdao") if (account := scene.accounts.get(name))]
    for name, kind, title, words, ago, outcome, said in TOLD:
        organization = _named(name)
        if organization is None:
            continue
        on = scene.today - timedelta(days=ago)
        secretary = scene.leaders.held(organization, "secretary")
        asker = Actor(person_id=secretary.pk, name=secretary.values["name"]) if secretary else scene.act.actor
        act = PastAct(actor=asker, code="petitions.petition.draft", wording="写请示", at=begun(on))
        petition = ask(act, organization=organization, kind=kind, title=title, words=words)
        if outcome:
            reply = Reply.objects.system("demo requests").get(petition=petition)
            by = _other(officers, asker) or scene.act.actor
            act = PastAct(actor=by, code="petitions.reply.answer", wording="批复", at=begun(on + ANSWERED))
            answer(act, reply, Answer(outcome, said))
        set_back(petition, on, on + ANSWERED if outcome else None)


def _other(officers: list[Account], asker: Actor) -> Actor | None:
    """Return an officer who did not ask: with few people a branch is led by the clerk who answers requests."""
    for one in officers:
        if one.person_id != asker.person_id:
            return Actor(account_id=one.pk, person_id=one.person_id, name=one.display_name)
    return None


def _named(name: str) -> Organization | None:
    found: Organization | None = Organization.objects.system("demo requests").filter(short_name=name).first()
    return found


def set_back(petition: Petition, sent: date, answered: date | None) -> None:
    """Set the days back; in the first weeks of a year the numbers are those of the year before."""
    replies = Reply.objects.system("demo requests").filter(petition=petition)
    reply = replies.get()
    due = sent + (reply.due_on - reply.sent_on)
    asked, said = _numbered(petition, sent), _numbered(reply, answered) if answered and reply.year else {}
    replies.update(sent_on=sent, due_on=due, on=answered, **said)
    found = {"answer_number": said["number_text"]} if said else {}
    Petition.objects.system("demo requests").filter(pk=petition.pk).update(
        sent_on=sent, answered_on=answered, created_at=begun(sent), **asked, **found
    )


def _numbered(one: Petition | Reply, on: date) -> dict[str, Any]:
    return {"year": on.year, "number_text": one.number_text.replace(f"〔{one.year}〕", f"〔{on.year}〕")}
