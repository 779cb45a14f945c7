"""One person from the application to full member, acted out at the windows of those who act, while the site's clock runs years.

Once under each version of the rules and once across the day on which they changed; every clock is tried a day early (or, where
a time limit ends, a day late) and on time, and what is refused names its article.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e import branches
from tests.e2e.branches import APPLICANT, Hand, uid_in
from tests.e2e.clock import Clock
from tests.e2e.serving import Site
from tests.e2e.visiting import PHONE, Open, scrolls_sideways
from tests.reading import pdf_pages, pdf_text

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

COMMITTEE, GENERAL, BRANCH = "东江实业党委", "江北党总支", "机修党支部"
DEVELOPMENT = "/development/"


@dataclass
class Road:
    """The branch on its site, the windows of its secretary, its second counter and the committee above, and the clock."""

    site: Site
    clock: Clock
    made: dict[str, str]
    secretary: Hand
    counter: Hand
    committee: Hand
    open: Open

    def day(self, on: str, at: str = "09:00") -> None:
        """Let it be that day."""
        self.clock.set(f"{on} {at}")
        Hand.fresh = None

    @property
    def case(self) -> str:
        """The page of the case."""
        return self.secretary.home

    def form(self, code: str) -> str:
        """Return the address of an act's form, for what the page does not offer yet."""
        return f"/do/{code}/{uid_in(self.case)}/"

    def apply(self, on: str, **more: Any) -> None:
        """Hand in the application; from now on everybody acts from the page of the case."""
        person = f"{APPLICANT} S100"
        self.secretary.do("登记入党申请", at=DEVELOPMENT, person=person, on=on, **more)
        for hand in (self.secretary, self.counter, self.committee):
            hand.home = self.secretary.visitor.path

    def activist(self, on: str) -> None:
        """The talk, the decision, the filing above, the contact: all on one day."""
        self.secretary.do("登记谈话", on=on, talker="王建国", topics=("入党动机", "家庭情况"))
        self.secretary.do("确定为积极分子", on=on, ways=("党员推荐",))
        self.committee.do("积极分子备案", on=on, committee=COMMITTEE)
        self.secretary.do("指定培养联系人", on=on, people=("李秀兰",))

    def prepare(self, since: str, on: str) -> None:
        """From the list of targets to the review by the branch's committee."""
        secretary = self.secretary
        secretary.do("确定入党介绍人", on=on, people=("李秀兰", "丁一"))
        secretary.do("登记政治审查", on=on, methods=("同本人谈话", "征求户籍地"))
        course = {"since": since, "on": on, "organizer": COMMITTEE}
        secretary.refused("登记集中培训", "第十七条", days="2", hours="23", **course)
        secretary.do("登记集中培训", days="2", hours="24", **course)
        secretary.do("支委会审查", on=on)

    def decision(self, on: str, **more: Any) -> dict[str, Any]:
        """Return what the committee's decision says, for its form."""
        votes = {"committee": COMMITTEE, "entitled": "7", "present": "6", "yes": "6", "one_by_one": True}
        return {"on": on, **votes, **more}

    def talk(self, on: str) -> None:
        """The talk before the approval."""
        self.committee.do("登记审批前谈话", on=on, talker="何干事", capacity="组织员", opinion="同意")

    def full(self, eve: str, end: str, article: str) -> None:
        """The assembly on becoming full: refused on the eve of the end of the probation, held on the day."""
        votes = {"entitled": "10", "present": "9", "yes": "9", "one_by_one": True, "proposal": "按期"}
        self.day(eve)
        self.secretary.do("收到转正申请", on=eve)
        self.secretary.refused("登记支部大会（转正）", "预备期未满", f"最早 {end}", article, on=eve, **votes)
        self.day(end)
        self.secretary.do("登记支部大会（转正）", on=end, **votes)

    def file(self, on: str, full_on: str) -> None:
        """The papers are filed; the file prints as one, and the member is full from the end of the probation on."""
        self.secretary.do("材料归档", on=on, place="本人人事档案", receiver="陈干事")
        page = self.committee.open()
        expect(page.get_by_role("heading", level=1)).to_contain_text("已转正归档")
        book = self.committee.visitor.context.request.get(f"/print/development.bound/{uid_in(self.case)}/").body()
        text = pdf_text(book)
        assert pdf_pages(book) > 25
        assert "入党申请书" in text
        assert "材料移交" in text
        page = self.committee.open(f"/members/?q={APPLICANT}")
        row = page.get_by_role("region", name="党员名册列表").locator("tbody tr")
        expect(row).to_have_count(1)
        row.get_by_role("link", name=APPLICANT).click()
        expect(page.locator("main")).to_contain_text(full_on)

    def trail(self) -> str:
        """Return the path as the page of the case tells it."""
        return str(self.committee.open().locator("ol.trail").inner_text())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], dict[str, str]]:
    """Gives each path a migrated database of its own, migrated once."""
    first = branches.migrated(tmp_path_factory)

    def made(data: Path, born: str) -> dict[str, str]:
        shutil.copytree(first, data)
        return branches.make(data, born)

    return made


@pytest.fixture
def road(office: Any, windows: Open, tmp_path: Path) -> Iterator[Callable[[str, str], Road]]:
    """Opens the branch at its windows on a first day, with an applicant born on another."""
    sites: list[Site] = []

    def begin(first_day: str, born: str) -> Road:
        data, clock = tmp_path / "data", Clock(tmp_path)
        made = office(data, born)
        clock.set(f"{first_day} 09:00")
        sites.append(Site(data, demo=True, more=clock.environment))
        hands = [Hand(windows(sites[0]), name) for name in ("shuji", "weiyuan", "zuzhibu")]
        return Road(sites[0], clock, made, *hands, open=windows)

    yield begin
    for site in sites:
        site.stop()
        assert site.troubles() == []


def test_the_whole_path_under_2014(road: Callable[[str, str], Road]) -> None:
    way = road("2022-02-28", "2004-03-01")
    secretary, committee = way.secretary, way.committee
    young = {"at": DEVELOPMENT, "person": f"{APPLICANT} S100", "on": "2022-02-28"}
    secretary.refused("登记入党申请", "年满十八岁", **young)
    way.day("2022-03-01")
    way.apply("2022-03-01")
    way.activist("2022-03-01")

    way.day("2023-02-28")
    early = {"on": "2023-02-28", "committee": COMMITTEE}
    committee.refused("同意拟列为发展对象", "未满一年", "最早 2023-03-01", "2014 版第十三条", **early)
    way.day("2023-03-01")
    committee.do("同意拟列为发展对象", on="2023-03-01", committee=COMMITTEE)
    secretary.do("列为发展对象")  # no publicity before 2026
    way.day("2023-03-06")
    way.prepare("2023-03-04", "2023-03-06")
    committee.refused("预审", "江北党总支是党总支", on="2023-03-06", committee=GENERAL)
    committee.do("预审", on="2023-03-06", committee=COMMITTEE)

    way.day("2023-07-01")  # no month between the two in 2014
    half = {"entitled": "10", "present": "5", "yes": "5", "one_by_one": True}
    secretary.do("登记支部大会（接收）", on="2023-06-30", **half)
    assert "没有超过应到" in way.trail()
    votes = {"entitled": "10", "present": "6", "yes": "5", "no": "1", "written_yes": "1", "one_by_one": True}
    secretary.do("登记支部大会（接收）", on="2023-07-01", **votes)
    way.day("2023-10-02")
    secretary.do("放入材料", code="审议意见")
    way.talk("2023-10-02")
    committee.refused("审批预备党员", "三个月内", "第二十六条", **way.decision("2023-10-02"))
    committee.do("审批预备党员", **way.decision("2023-10-02", words="受汛情影响，党委会推迟"))
    secretary.do("登记入党宣誓", on="2023-10-02")
    way.full("2024-06-30", "2024-07-01", "2014 版第三十二条")
    committee.do("审批转正", **way.decision("2024-07-01"))
    assert "2026 版" not in way.trail()
    way.file("2024-07-01", "2024-07-01")


def test_the_whole_path_under_2026(road: Callable[[str, str], Road]) -> None:
    """The publicity runs over a Spring Festival with make-up workdays; the assembly votes on paper at a called meeting."""
    way = road("2026-06-01", "2008-06-01")
    secretary, committee = way.secretary, way.committee
    way.apply("2026-06-01")
    way.day("2027-01-20")
    secretary.do("登记谈话", on="2026-07-01", talker="王建国", topics=("入党动机",))
    assert "一个月内派人谈话" not in way.trail()  # the last day of the month
    secretary.do("确定为积极分子", on="2027-01-20", ways=("共青团推优",))
    committee.do("积极分子备案", on="2027-01-20", committee=COMMITTEE)
    secretary.do("指定培养联系人", on="2027-01-20", people=("李秀兰", "丁一"))

    early = {"on": "2028-01-19", "committee": COMMITTEE}
    way.day("2028-01-19")
    committee.refused("同意拟列为发展对象", "未满一年", "最早 2028-01-20", "2026 版第十三条", **early)
    way.day("2028-01-20")
    committee.do("同意拟列为发展对象", on="2028-01-20", committee=COMMITTEE)
    secretary.refused("列为发展对象", "公示", "第十三条", at=way.form("development.step.target"))
    over_spring_festival(way)
    secretary.do("列为发展对象")
    way.day("2028-02-14")
    way.prepare("2028-02-12", "2028-02-14")
    committee.do("预审", on="2028-02-14", committee=COMMITTEE)
    vote_on_paper(way)
    approve_late(way)
    secretary.do("登记入党宣誓", on="2028-09-15")
    way.full("2029-03-13", "2029-03-14", "2026 版第三十一条")
    way.day("2029-06-15")  # three months, and no more
    committee.refused("审批转正", "没有延长", "第三十三条", **way.decision("2029-06-15"))
    committee.do("审批转正", **way.decision("2029-06-14"))
    assert "2014 版" not in way.trail()
    way.file("2029-06-15", "2029-03-14")


def approve_late(way: Road) -> None:
    """Papers are missing, the general branch has not examined; then six months are over, and only an override helps."""
    secretary, committee = way.secretary, way.committee
    way.talk("2028-03-14")
    missing = way.decision("2028-03-14")
    committee.refused("审批预备党员", "缺 2 份材料", "志愿书", **missing)
    for paper in ("志愿书》", "支部大会记录和票决结果"):
        secretary.do("放入材料", code=paper)
    committee.refused("审批预备党员", "江北党总支还没有审议", "第二十二条", **missing)
    secretary.do("放入材料", code="审议意见")

    way.day("2028-09-15")  # six months after the assembly ended on the 14th
    late = way.decision("2028-09-15", words="受灾停摆")
    committee.refused("审批预备党员", "不得超过六个月", "第二十五条", "特许", **late)
    who = {"superior": "市委组织部", "approved_by": "赵部长", "reason": "受灾停摆，经研究同意补办"}
    committee.do("特许", step="党委审批接收预备党员", on="2028-09-15", **who)
    committee.do("审批预备党员", **late)
    expect(committee.open().locator(".notice", has_text="赵部长批准办理")).to_be_visible()  # for ever


def over_spring_festival(way: Road) -> None:
    """Posted on a Friday before the festival: an unloaded calendar blocks; a Saturday worked counts, the festival does not."""
    secretary, committee = way.secretary, way.committee
    way.day("2028-01-21")
    secretary.do("公示", posted_on="2028-01-21", work="机修车间公示栏", contact="机修党支部，010-12345678")
    secretary.refused("记录公示结果", "2028 年放假安排")
    days = "1月25日至1月31日 放假 春节\n2028-01-22 上班 春节调休\n2028-02-05 上班 春节调休"
    committee.post("calendar.year.load", year="2028", source="国办发明电〔2027〕8号（试）", lines=days)
    way.day("2028-02-03")  # 22 (Saturday), 24 January; 1, 2, 3 February
    secretary.refused("记录公示结果", "公示未满 5 个工作日", "2028-02-03 届满", "第十三条")
    way.day("2028-02-04")
    secretary.do("记录公示结果", words="没有收到反映")


def vote_on_paper(way: Road) -> None:
    """An assembly a day too late takes no ballot; moved to the last day of the month it votes on paper, counted by two."""
    secretary, counter = way.secretary, way.counter
    way.day("2028-03-07")
    of = {"organization": way.made[BRANCH], "kind": "assembly", "title": "讨论接收预备党员"}
    meeting = uid_in(secretary.post("meetings.meeting.create", starts_at="2028-03-15T09:30", **of))
    secretary.post("meetings.meeting.call", meeting, tell="on")
    secretary.refused("提交支部大会表决", "一个月内", "2028-03-14 已过", "第十九条", meeting="讨论接收")
    secretary.post("meetings.meeting.move", meeting, starts_at="2028-03-14T09:30", reason="预审后一个月内讨论")
    secretary.do("提交支部大会表决", meeting="讨论接收")
    way.day("2028-03-14", "09:30")
    secretary.post("meetings.meeting.open", meeting)
    motion = secretary.open().get_by_role("link", name=f"接收{APPLICANT}为预备党员").get_attribute("href") or ""
    secretary.refused("开始表决", "签到", at=motion, whole=("全部到会",))
    there = (
        secretary.open(f"/do/meetings.sign.hand/{meeting}/")
        .locator("[name=here]")
        .evaluate_all("all => all.map(e => e.value)")
    )
    secretary.post("meetings.sign.hand", meeting, here=there)
    secretary.do("开始表决", at=motion, whole=("全部到会",))
    slips = {"issued": 10, "collected": 10, "valid": 10, "invalid": 0, "yes0": 6, "no0": 3, "abstain0": 1}
    secretary.post("voting.motion.count", uid_in(motion), **slips)
    counter.post("voting.motion.count", uid_in(motion), **slips)
    secretary.do("宣布结果", at=motion)
    assert re.search("支部大会讨论接收预备党员.*赞成：6 票", way.trail(), re.S)


def test_the_whole_path_across_the_change_of_the_rules(road: Callable[[str, str], Road]) -> None:
    """Somebody floating, begun under 2014: publicity at both places over National Day, changed on the way, with an objection."""
    way = road("2025-08-01", "1990-05-04")
    secretary, committee = way.secretary, way.committee
    way.apply("2025-08-01", floating=True, origin="青山县河口镇", host="东江市江北区")
    way.day("2025-09-10")
    way.activist("2025-09-10")  # the talk comes late: told, not forbidden
    assert "一个月内派人谈话" in way.trail()
    way.day("2026-09-09")
    early = {"on": "2026-09-09", "committee": COMMITTEE}
    committee.refused("同意拟列为发展对象", "未满一年", "最早 2026-09-10", "2026 版第十三条", **early)
    way.day("2026-09-10")
    committee.do("同意拟列为发展对象", on="2026-09-10", committee=COMMITTEE)
    secretary.refused("列为发展对象", "公示", "2026 版第十三条", at=way.form("development.step.target"))
    over_national_day(way)
    secretary.do("列为发展对象")
    way.day("2026-10-20")
    way.prepare("2026-10-18", "2026-10-20")
    committee.do("预审", on="2026-10-20", committee=COMMITTEE)
    way.day("2026-11-20")
    votes = {"entitled": "10", "present": "8", "yes": "8", "one_by_one": True}
    way.day("2026-11-21")
    secretary.refused("登记支部大会（接收）", "一个月内", "第十九条", on="2026-11-21", **votes)
    secretary.do("登记支部大会（接收）", on="2026-11-20", **votes)
    secretary.do("放入材料", code="审议意见")
    way.talk("2026-11-21")
    committee.do("审批预备党员", **way.decision("2026-11-21"))
    secretary.do("登记入党宣誓", on="2026-11-21")
    way.full("2027-11-19", "2027-11-20", "2026 版第三十一条")
    committee.do("审批转正", **way.decision("2027-11-20"))
    told = way.trail()
    assert re.search("确定为入党积极分子\n+.*2014 版第八条", told)
    assert re.search("列为发展对象\n+.*2026 版第十三条", told)
    way.file("2027-11-20", "2027-11-20")


def over_national_day(way: Road) -> None:
    """Both places at once; a change begins the count anew; an objection blocks the end until it is handled."""
    secretary = way.secretary
    way.day("2026-09-24")
    one = {"posted_on": "2026-09-24", "work": "机修车间公示栏", "contact": "机修党支部，010-12345678"}
    secretary.refused("公示", origin="", host="", **one)
    secretary.do("公示", origin="青山县河口镇", host="东江市江北区", **one)
    notice = secretary.visitor.path
    expect(secretary.page.locator("main")).to_contain_text("2026-10-09 届满")  # 28, 29, 30 September; 8, 9 October
    passer = way.open(way.site, width=PHONE).page
    passer.goto("/publicity/")
    passer.get_by_role("link", name=f"{APPLICANT}拟列为发展对象").click()
    expect(passer.locator("main")).to_contain_text("青山县河口镇")
    assert not scrolls_sideways(passer)
    assert "1990" not in passer.locator("main").inner_text()

    way.day("2026-09-30")
    secretary.do(
        "变更公示",
        at=notice,
        posted_on="2026-09-30",
        reason="张贴地点写错",
        origin="青山县河口村",
        host="江北区机修车间",
    )
    expect(secretary.page.locator("main")).to_contain_text("2026-10-13 届满")  # 8, 9, Saturday 10, 12, 13 October
    way.day("2026-10-10")
    secretary.do("登记异议", at=notice, received_on="2026-10-10", manner="来电", matter="反映其参加劳动不积极")
    way.day("2026-10-13")
    secretary.refused("记录公示结果", "公示未满 5 个工作日", "2026-10-13 届满", "第十三条")
    way.day("2026-10-14")
    secretary.refused("记录公示结果", "还有 1 条异议没有处理", "第十三条")
    secretary.do("处理异议", at=notice, finding="不影响", handling="经核查，情况不实")
    secretary.do("记录公示结果")
    assert passer.goto("/publicity/")
    expect(passer.get_by_role("link", name=f"{APPLICANT}拟列为发展对象")).to_have_count(0)
