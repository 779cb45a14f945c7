"""Cases in every stage, under both versions of the rules and across them; notices that hang, an objection, plans."""

import io
from collections.abc import Iterator
from datetime import date, timedelta

from PIL import Image, ImageDraw

from zhibu.apps.development.models import Analysis, Case, Companion, Paper, Plan, Review, Setting, Step, Told
from zhibu.apps.development.params import papers_of, path
from zhibu.apps.development.permissions import PAPERS
from zhibu.apps.development.queries import organizations_above
from zhibu.apps.development.queries_activists import figures
from zhibu.apps.development.services.steps import refresh
from zhibu.apps.organizations.models import Organization
from zhibu.apps.workbench.demo.people import Plan as Person
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.kernel import files
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.publicity.clock import clock
from zhibu.kernel.publicity.models import Publicity, PublicityObjection, PublicityPlace

ORDER = path().order
#: days ago of each step, in the order of the path, None where it is left out; the last is the newest
TO_TARGET = (700, 690, 560, 555, 550)
STORIES: dict[str, tuple[int | None, ...]] = {
    "刚递交申请": (12,),
    "谈话逾期": (45,),
    "积极分子半年": (230, 215, 160, 155, 150),
    "积极分子满一年": (520, 505, 400, 395, 390),
    "公示中": (560, 545, 430, 425, 420, 5),
    "有异议": (570, 555, 440, 435, 430, 7),
    "发展对象": (*TO_TARGET, 62, 48, 45, 40, 30),
    "已预审": (*TO_TARGET, 112, 98, 95, 90, 80, 60, 20, 10),
    "待审批": (*TO_TARGET, 150, 136, 133, 125, 110, 90, 60, 45, 30),
    "预审一月已过": (*TO_TARGET, 140, 126, 123, 115, 100, 80, 60, 45),
    "停止": (400, 390, 300, 295, 290),
}  # fmt: skip
#: from the day of the assembly: so many days before and after each step of somebody who is a member now
AROUND = (-640, -630, -500, -495, -490, -90, -76, -73, -70, -60, -45, -15, -8, 0, 15, 20, 40)
#: the same after the end of the probation
FULL = (-15, 5, 30, 40)


def write(scene: Scene) -> None:
    """Make them: every story in the first branch, some in the others, and those who are members already."""
    first = next(branch for branch in scene.tree.all_branches if scene.leaders.held(branch, "secretary"))
    pool = _pool(scene)
    sample = _sample()
    east = scene.accounts.get("shuji")
    home = _branch_of(scene, east) or first
    for name in STORIES:
        _tell(scene, home, next(pool, None), name, sample)
    for n, branch in enumerate(one for one in scene.tree.all_branches if one.pk != home.pk):
        for name in list(STORIES)[n % 4 : n % 4 + 3]:
            _tell(scene, branch, next(pool, None), name, sample)
    _members(scene, sample)
    for n, branch in enumerate(scene.tree.all_branches):
        Plan.objects.create(organization=branch, year=scene.today.year, number=1 + n % 3)
    Analysis.objects.create(
        organization=scene.tree.committee, year=scene.today.year - 1, on=date(scene.today.year - 1, 12, 20), by_name="演示",
        figures=figures(scene.tree.committee, scene.today), problems="一线岗位的积极分子偏少，个别支部半年考察不够及时。",
        measures="请各支部在班组里多谈多帮；组织员每季度检查一次考察登记表。",
    )  # fmt: skip
    Setting.objects.create(
        organization=scene.tree.generals[0], reports=3, source="《江北总支发展党员工作办法（试行）》（演示）"
    )


def _pool(scene: Scene) -> Iterator[Person]:
    """Yield people who are not in the Party, at work and grown up."""
    fit = [
        one for one in scene.people
        if one.values["political_status"] not in ("01", "02") and one.values["employment"] in ("active", "dispatched")
        and (scene.today - one.values["birth_date"]).days > 25 * 366
    ]  # fmt: skip
    scene.rng.shuffle(fit)
    return iter(fit)


def _branch_of(scene: Scene, account: object) -> Organization | None:
    person = getattr(account, "person_id", None)
    return next(
        (b for b in scene.tree.all_branches if (s := scene.leaders.held(b, "secretary")) and s.pk == person), None
    )


def _sample() -> Blob:
    """Return the picture that stands for every signed paper."""
    page = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, 580, 837), outline=(150, 150, 150))
    for n in range(18):
        draw.line((80, 120 + n * 38, 540, 120 + n * 38), fill=(200, 200, 200), width=2)
    draw.ellipse((400, 700, 520, 820), outline=(179, 38, 30), width=5)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=70)
    return files.store_made(out.getvalue(), mime="image/jpeg")


def _tell(scene: Scene, branch: Organization, person: Person | None, story: str, sample: Blob) -> None:
    if person is None:  # a small demonstration has few who are not members
        return
    ago = STORIES[story]
    days = {code: scene.today - timedelta(days=n) for code, n in zip(ORDER, ago, strict=False) if n is not None}
    case = _case(scene, branch, person, days, sample)
    if story in ("公示中", "有异议"):
        _post(scene, case, person, days, objected=story == "有异议")
    if story == "停止":
        case.state, case.closed_on, case.closed_words, case.paused_on = (
            "stopped",
            scene.today - timedelta(days=90),
            "长期病休",
            None,
        )
        case.ready, case.next_due, case.review_due = "", None, None
        case.save()


def _case(
    scene: Scene, branch: Organization, person: Person, days: dict[str, date], sample: Blob, **more: object
) -> Case:
    """Write a case with the steps of these days, each by the version of its day, and their papers."""
    case: Case = Case.objects.create(person_id=person.pk, organization=branch, **more)
    rows = []
    for code, on in days.items():
        edition = path().which(on)
        step = edition.step(code)
        if step is not None:  # what the version of the day does not have was not done
            facts = FACTS.get(code, {})
            rows.append(
                Step(
                    case=case,
                    code=code,
                    on=on,
                    version=edition.version,
                    ground=GROUNDS.get(step.how, "document"),
                    facts=facts,
                    organization=branch,
                    by_name="演示",
                )
            )
    Step.objects.bulk_create(rows)
    _papers(case, [row.code for row in rows], days, sample)
    _companions(scene, case, branch, days)
    if (began := days.get("activist")) and "assembly" not in days:
        for n in range(1, 4):
            on = began + timedelta(days=178 * n)
            if on < scene.today - timedelta(days=10):
                Review.objects.create(
                    case=case,
                    kind="half_year",
                    on=on,
                    words="学习认真，工作踏实，群众反映好，应继续加强理论学习。",
                    by_name="演示",
                )
    refresh(case)
    case.save()
    return case


GROUNDS = {"meeting": "document", "motion": "document", "publicity": "publicity", "act": "act"}
FACTS: dict[str, dict[str, str]] = {
    "talked": {"谈话人": "支部书记", "谈话内容": "学习工作经历、对党的认识、入党动机、遵纪守法情况、家庭情况"},
    "activist": {"产生方式": "党员推荐"},
    "political_review": {"结论": "合格", "方法": "同本人谈话、查阅有关档案材料、函调"},
    "trained": {"时长": "3 天，24 学时", "方式": "线下", "主办": "东江实业党委"},
    "assembly": {"应到会有表决权": "16 人", "实到会有表决权": "14 人", "赞成": "14 票", "不赞成": "0 票", "弃权": "0 票"},
    "approved": {"审批组织": "东江实业党委", "应到": "7 人", "实到": "7 人", "赞成": "7 票"},
    "full_assembly": {"决议": "按期转为正式党员", "应到会有表决权": "16 人", "实到会有表决权": "15 人", "赞成": "15 票"},
}  # fmt: skip


def _papers(case: Case, codes: list[str], days: dict[str, date], sample: Blob) -> None:
    rows = [
        Paper(case=case, step=code, code=paper.code, on=days[code], by_name="演示")
        for code in codes
        for paper in papers_of(code)
        if paper.code != "publicity_notice"
    ]
    if "assembly" in days and any(one.kind == "general_branch" for one in organizations_above(case.organization)):
        rows.append(Paper(case=case, step="", code="deliberation", on=days["assembly"], by_name="演示"))
    made = Paper.objects.bulk_create(rows)
    hung = Attachment.objects.bulk_create(
        Attachment(
            blob=sample, organization_id=case.organization_id, object_type="development.Paper", object_id=str(paper.pk),
            name=f"{paper}（演示）.jpg", permission=PAPERS,
        )
        for paper in made
    )  # fmt: skip
    for paper, attachment in zip(made, hung, strict=True):
        paper.attachment = attachment
    Paper.objects.system("demo cases").bulk_update(made, ["attachment"])


def _companions(scene: Scene, case: Case, branch: Organization, days: dict[str, date]) -> None:
    members = [
        one for one in scene.people
        if one.is_member and one.places["party"].path.startswith(branch.path) and one.values["employment"] != "deceased"
    ][:2]  # fmt: skip
    for role, code, count in (("contact", "contact_assigned", 2), ("introducer", "introducers", 2)):
        if code in days:
            for one in members[:count]:
                Companion.objects.create(
                    case=case, person_id=one.pk, name=one.values["name"], role=role, since=days[code]
                )


def _post(scene: Scene, case: Case, person: Person, days: dict[str, date], *, objected: bool) -> None:
    posted = days["target_agreed"] + timedelta(days=1)
    applied, activist = days["applied"], days["activist"]
    name, branch = person.values["name"], case.organization
    notice = Publicity.objects.create(
        organization=branch, kind="development.target", subject_type="development.Case", subject_id=str(case.pk),
        title=f"{name}拟列为发展对象", working_days=5, posted_on=posted, article="《细则》2026 版第十三条",
        lines=[
            ["姓名", name], ["所在党支部", branch.name], ["申请入党时间", f"{applied.year} 年 {applied.month} 月"],
            ["确定为入党积极分子时间", f"{activist.year} 年 {activist.month} 月"],
        ],
        contact=f"{branch}，010-64010000（演示）",
        ends_on=clock(posted, 5, scene.today, work_calendar()).end,
    )  # fmt: skip
    PublicityPlace.objects.create(publicity=notice, kind="work", name="单位一楼公示栏")
    if objected:
        made = PublicityObjection(
            publicity=notice, received_on=scene.today - timedelta(days=1), manner="call", named=True
        )
        made.matter = "反映其参加支部活动不够经常。（演示）"
        made.save()


def _announce(scene: Scene, case: Case) -> None:
    """The person was told of each decision and the assembly heard of it; of the latest nobody has told yet."""
    fresh = scene.today - timedelta(days=40)
    for step in case.steps.system("demo cases").filter(code__in=["approved", "full_approved"], on__lt=fresh):
        Told.objects.create(
            case=case, step=step, on=step.on + timedelta(days=2), by="支部书记", announced_on=step.on + timedelta(days=9), by_name="演示"
        )  # fmt: skip


def _members(scene: Scene, sample: Blob) -> None:
    """Those who are probationary now, and one who became full lately: their path as it was, under the versions of its days."""
    found = [one for one in scene.people if one.values["political_status"] == "02" and "party" in one.places][:5]
    year_ago = scene.today - timedelta(days=420)
    lately = [one for one in scene.people if one.is_member and (one.values["full_member_on"] or date.min) >= year_ago]
    for person in [*found, *lately[:1]]:
        branch = _of_group(person.places["party"])
        assembly: date = person.values["joined_party_on"]
        days = {code: assembly + timedelta(days=n) for code, n in zip(ORDER, AROUND, strict=False)}
        if person.is_member:
            end: date = person.values["full_member_on"]
            days |= {code: end + timedelta(days=n) for code, n in zip(ORDER[len(AROUND) :], FULL, strict=False)}
        days = {code: on for code, on in days.items() if on < scene.today}
        case = _case(scene, branch, person, days, sample)
        _announce(scene, case)
        if "filed" in days:
            case.state, case.closed_on, case.closed_words = "done", days["filed"], "本人人事档案"
            case.save()


def _of_group(organization: Organization) -> Organization:
    """Return the branch of a group, or the branch itself."""
    if organization.kind == "group" and organization.parent is not None:
        return organization.parent
    return organization
