"""Votes of every kind and what came of them: by hands, on paper counted by two, one on phones that may be voted on now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.resolutions.services import adopting, following
from zhibu.apps.resolutions.services.adopting import Text
from zhibu.apps.resolutions.services.following import Report
from zhibu.apps.voting import queries, registries, sealed
from zhibu.apps.voting.curve import write as written_point
from zhibu.apps.voting.models import Motion, Roll, Trustee
from zhibu.apps.voting.services import motions, online, paper, rolls
from zhibu.apps.voting.services.deciding import Figures
from zhibu.apps.voting.services.motions import Hands, NewMotion, Opening
from zhibu.apps.voting.services.paper import Count
from zhibu.apps.voting.services.papers import Evidence
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.writing import PastAct, begun
from zhibu.kernel.actor import Actor

#: title, text, days ago, days until due (None: nothing to do), what was done, whether it is over
TOLD: tuple[tuple[str, str, int, int | None, tuple[str, ...], bool], ...] = (
    ("关于每月走访独居老党员的决议", "每月第一个星期三走访本支部七十岁以上独居党员，由组织委员安排，走访情况在支部大会上报告。",
     300, 330, ("排出走访名单和轮值表", "走访 6 户，送去学习材料"), False),
    ("关于开展志愿服务活动的决议", "每季度组织一次社区志愿服务，党员自愿参加，支部登记。", 180, 60, ("组织 9 名党员清扫社区",), False),
    ("关于推荐优秀共产党员的决议", "同意推荐的人选，报上级党组织。", 150, None, (), False),
    ("关于整理支部党员活动室的决议", "更换宣传栏，添置书架，十日内完成。", 90, 10, ("宣传栏已更换", "书架已安装，全部完成"), True),
)  # fmt: skip


def write(scene: Scene) -> None:
    """Write them for the branches of the accounts and two more."""
    wanted = ("东山二支部", "江北一支部", "东山一支部")
    for number, name in enumerate(wanted):
        branch = Organization.objects.system("demonstration").filter(short_name=name).first()
        if branch is None or not registries.roster(branch, scene.today, "assembly"):
            continue
        _resolutions(scene, branch, TOLD if number == 0 else TOLD[number : number + 2])
        if number == 0:
            _paper(scene, branch)
            _phones(scene, branch)


def _act(scene: Scene, branch: Organization, post: str = "secretary") -> PastAct:
    held = scene.leaders.held(branch, post)
    accounts = [one for one in scene.accounts.values() if held is not None and one.person_id == held.pk]
    who = Actor(
        account_id=accounts[0].pk if accounts else None, person_id=held.pk if held else None,
        name=held.values["name"] if held else scene.act.actor.name,
    )  # fmt: skip
    return PastAct(actor=who, code="voting.motion.draft", wording="表决", at=begun(scene.today))


def _roll(act: PastAct, branch: Organization, on: date, rule: str, title: str) -> Roll:
    rows = registries.roster(branch, on, rule)
    return rolls.freeze(act, organization=branch, on=on, rule=rule, rows=rows, title=title)


def _open(act: PastAct, roll: Roll, data: NewMotion) -> Motion:
    """Prepare and open a vote with a part of those entitled there."""
    made = motions.draft(act, roll, data)
    entries = list(queries.entitled(roll))
    return motions.open_(act, made, Opening(entries[: max(len(entries) * 9 // 10, 1)]))


def _back(record: Model, **days: Any) -> None:
    """Set the days of a record back to when it happened."""
    type(record)._default_manager.system("demonstration").filter(pk=record.pk).update(**days)  # type: ignore[attr-defined]
    for name, value in days.items():
        setattr(record, name, value)


def _resolutions(scene: Scene, branch: Organization, told: Sequence[Any]) -> None:
    act = _act(scene, branch)
    secretary = scene.leaders.held(branch, "secretary")
    person = Person.objects.system("demonstration").get(pk=secretary.pk) if secretary else None
    for title, text, ago, due, done, over in told:
        on = scene.today - timedelta(days=ago)
        act.at = begun(on)
        roll = _roll(act, branch, on, "assembly", f"{on.year} 年 {on.month} 月支部党员大会")
        vote = _open(act, roll, NewMotion(title, "ordinary", "hands"))
        vote.opened_on = on
        present = vote.present or 0
        against = 1 if present > 6 else 0
        motions.record_hands(act, vote, Hands([Figures(present - against, against, 0)]))
        _back(vote, opened_on=on)
        follows = due is not None and person is not None
        what = Text(title, text, person if follows else None, on + timedelta(days=due) if follows else None, tell=False)
        made = adopting.adopt(act, vote, what)
        _back(made, published_at=timezone.now() - timedelta(days=ago - 1))
        for n, words in enumerate(done, 1):
            last = over and n == len(done)
            if made.state == "following":
                act.at = begun(on + timedelta(days=3 * n))
                following.follow(act, made, Report(on + timedelta(days=3 * n), words, done=last))


def _paper(scene: Scene, branch: Organization) -> None:
    """A ballot on paper that two have counted, and one where the second has still to enter his figures."""
    act, other = _act(scene, branch), _act(scene, branch, "organization")
    if other.actor.account_id is None or other.actor == act.actor:
        return
    on = scene.today - timedelta(days=35)
    act.at = other.at = begun(on)
    roll = _roll(act, branch, on, "assembly", f"{on.year} 年 {on.month} 月支部党员大会（推荐代表）")
    for title, both in (("推荐出席上级党代表大会代表人选", True), ("推荐优秀党务工作者人选", False)):
        vote = _open(act, roll, NewMotion(title, "ordinary", "paper"))
        here = vote.present or 0
        count = Count(here, here, here - 1, 1, [Figures(here - 2, 1, 0)])
        paper.enter_count(act, vote, count)
        if both:
            paper.enter_count(other, vote, count)
            vote.opened_on = on
            motions.close(act, vote)
        _back(vote, opened_on=on)


def _phones(scene: Scene, branch: Organization) -> None:
    """A ballot on phones that is open: the accounts of the branch may vote; the scrutineers' codes stand in its description."""
    act, today = _act(scene, branch), scene.today
    people = [scene.accounts[name].person for name in ("shuji", "weiyuan") if name in scene.accounts]
    if len(people) < 2 or None in people:
        return
    roll = _roll(act, branch, today, "assembly", f"{today.year} 年 {today.month} 月支部党员大会（网上）")
    reply = Evidence("东江党复〔2026〕12 号，同意本次表决在网上进行", url="/petitions/")
    new = NewMotion(
        "关于调整主题党日时间的决议", "ordinary", "online", approval=reply, trustees=[p for p in people if p]
    )
    made = motions.draft(act, roll, new)
    told = []
    for trustee in Trustee.objects.system("demonstration").filter(motion=made).select_related("motion").order_by("pk"):
        code = sealed.written("".join(scene.rng.choice(sealed.ALPHABET) for _ in range(sealed.LENGTH - 1)))
        secret = online.secret_of(trustee, code)
        proof = sealed.prove_secret(secret, online.context(trustee))
        online.take_key(act, trustee, online.Share(written_point(sealed.public_of(secret)), proof))
        told.append(f"{trustee.name} {code}")
    made.refresh_from_db()
    _back(
        made,
        words=f"主题党日改为每月第二个星期六上午。（示范数据：监票人的开票码写在这里供试用，真实的开票码只在纸条上：{'；'.join(told)}）",
    )
    motions.open_(act, made, Opening(list(queries.entitled(roll))))
