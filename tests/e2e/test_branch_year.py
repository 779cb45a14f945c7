"""A whole year of a branch, acted out in the browser by its secretary and three members: one on the phone, one remote, one by card."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.branch import PASSWORD, Branch, Someone, act, cast, press, printed
from tests.e2e.branch_meetings import SAID, Held, Meetings
from tests.e2e.clock import Clock
from tests.e2e.conftest import made_once
from tests.e2e.serving import Site
from tests.e2e.visiting import PHONE, Open, burst
from zhibu.apps.cards.rules import written

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

YEAR = date.today().year + 1
LINK = "https://meeting.example.org/room/dongshan2"
PAPER = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
APPRAISED = "年度民主评议会"
TITLE = "推荐优秀共产党员"
PLAN = "讨论通过全年工作计划"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("year") / "data"
    shutil.copytree(made_once(tmp_path_factory), folder)
    return folder


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def branch(data: Path) -> Branch:
    return cast(data)


@pytest.fixture(scope="module")
def site(data: Path, clock: Clock, branch: Branch) -> Iterator[Site]:
    clock.set(f"{YEAR}-01-04 09:00")
    running = Site(data, demo=True, more=clock.environment)
    yield running
    running.stop()
    assert running.troubles() == []


class Year:
    """The story: who acts, on what day; one method an episode."""

    def __init__(self, windows: Open, site: Site, clock: Clock, branch: Branch) -> None:
        self.windows, self.site, self.clock, self.branch = windows, site, clock, branch
        self.secretary, self.counter, self.superior = (
            Someone(windows(site), clock, name) for name in ("shuji", "weiyuan", "zuzhibu")
        )
        phone = windows(site, width=PHONE, height=844, has_touch=True, is_mobile=True)
        self.at_phone = Someone(phone, clock, "at-phone", PASSWORD)
        self.remote = Someone(windows(site), clock, "remote", PASSWORD)
        self.meetings = Meetings(self.secretary, YEAR)

    def on(self, day: str, hour: str = "09:00") -> None:
        """Let it be that day of the year, as in "02-13"."""
        self.clock.set(f"{YEAR}-{day} {hour}")

    def light(self, duty: str, words: str) -> None:
        """See what the page of the branch's year says of a duty."""
        page = self.secretary.go(f"/compliance/{self.branch.uid}/year/")
        card = page.locator("section.card").filter(has=page.get_by_role("heading", name=re.compile(f"^{duty}")))
        expect(card.locator("h2 .tag")).to_have_text(re.compile(rf"^\s*({words})\s*$"))

    def plan(self) -> None:
        """January: the plan of the year for the branch and its groups; the committee meets."""
        self.on("01-04")
        page = self.secretary.go("/meeting-plans/")
        act(page, "生成年度计划", party_day="18")
        groups = len(self.branch.groups)
        expect(page.locator("main")).to_contain_text(f"共 {12 + 4 + 4 + 12 + 1 + 1 + 13 * groups} 条")
        self.on("01-05")
        self.light("支部委员会会议", "待开|逾期")
        one = self.meetings.arrange(
            "committee", "01-05", self.branch.name, "一月支委会：研究全年工作", "研究全年工作计划 / 书记"
        )
        self.meetings.begin(one)
        self.meetings.end(one)
        self.light("支部委员会会议", "已开")

    def assembly(self) -> None:
        """February: an assembly with leave asked on the phone, a card at the door, somebody remote, a show of hands."""
        self.on("02-17")
        agenda = f"{PLAN} / {self.branch.secretary}\n通报党费收缴情况"
        times = {"starts_at": f"{YEAR}-02-20T14:00", "link": LINK, "words": "请带学习笔记。"}
        one = self.meetings.arrange("assembly", "02-20", self.branch.name, "第一季度党员大会", agenda, **times)
        upload(self.secretary.page)
        self.ask_leave(one)
        page = self.secretary.go("/inbox/")
        page.locator(".todo li").filter(has_text=f"请假待审批：{self.branch.at_phone}").get_by_role("link").click()
        press(page, "审批请假")
        self.on("02-20", "13:30")
        there = [name for name in self.branch.members if name not in (self.branch.at_phone, self.branch.remote)]
        self.gather(one, there)
        self.by_hands(one, len(there))
        self.meetings.end(one)
        minutes = printed(self.secretary, "会议记录")
        away, afar = f"{self.branch.at_phone}（请假：到外地探亲）", f"{self.branch.remote}（线上）"
        for words in (PLAN, self.branch.carded, away, afar, f"主持人{self.branch.secretary}"):
            assert words in minutes
        self.light("支部党员大会", "已开")
        self.secretary.go(one.path)

    def gather(self, one: Held, there: list[str]) -> None:
        """The wall counts as they come: nobody, one by card, all who are there; whoever is connected is told apart."""
        wall = self.wall(one)
        count = wall.locator(".wall-big")
        expect(count).to_contain_text(re.compile(rf"^0.*{len(self.branch.members)}$", re.DOTALL))
        self.by_card(one)
        expect(count).to_contain_text(re.compile("^1"))
        self.meetings.begin(one, there)
        self.sign_in_from_afar(one)
        expect(wall.locator(".wall-live")).to_contain_text("线上 1 人（不计入到会人数）")
        expect(wall.locator(".wall-words")).to_contain_text("已达到规定人数")
        expect(count).to_contain_text(re.compile(f"^{len(there)}"))
        wall.close()

    def ask_leave(self, one: Held) -> None:
        """The member on the phone reads the notice and asks for leave."""
        page = self.at_phone.go("/messages/")
        page.get_by_text(f"开会通知：{one.title}").tap()
        expect(page.locator("main")).to_contain_text("三楼会议室")
        if not page.get_by_role("link", name="请假", exact=True).count():
            page.goto("/meetings/mine/")
            page.get_by_role("link", name=one.title).tap()
        act(page, "请假", why="到外地探亲")
        expect(page.locator("main")).to_contain_text("待审批")

    def wall(self, one: Held) -> Page:
        """Hang up the wall in a window of its own."""
        page = self.secretary.go(one.path)
        wall = self.secretary.visitor.context.new_page()
        wall.goto(page.get_by_role("link", name="大屏和二维码").get_attribute("href") or "")
        return wall

    def by_card(self, one: Held) -> None:
        """The third member has no account, only a card: laid on the reader at the door, twice."""
        page = self.secretary.page
        page.get_by_role("link", name="签到台").click()
        page.get_by_role("button", name="没登记的卡").click()  # on the demonstration's virtual reader
        expect(page.locator("#desk-result")).to_contain_text("没有登记的卡")
        for words in ("签到成功", "已经签过到"):
            page.locator("#door-raw").focus()
            burst(page, written(self.branch.chip, "dec"))
            expect(page.locator("#desk-result")).to_contain_text(words)
            expect(page.locator("#desk-result")).to_contain_text(self.branch.carded)

    def sign_in_from_afar(self, one: Held) -> None:
        """The second member joins by the link."""
        page = self.remote.go("/meetings/mine/")
        page.get_by_role("link", name=one.title).click()
        expect(page.get_by_role("link", name="进入线上会场")).to_have_attribute("href", LINK)
        act(page, "线上签到")

    def by_hands(self, one: Held, present: int) -> None:
        """A vote by hands, prepared with the meeting's own roll: those who signed in there are ticked already."""
        page = self.secretary.go(one.path)
        act(page, "准备表决", title=PLAN, words="同意支部委员会提出的全年工作计划。")
        expect(page.get_by_role("heading", level=1)).to_contain_text(PLAN)
        act(page, "开始表决")
        act(page, "登记举手结果", yes0=str(present - 1), no0="0", abstain0="1")
        expect(page.get_by_role("heading", level=1)).to_contain_text("通过")

    def resolution(self) -> None:
        """The vote becomes a resolution that the remote member carries out; the one on leave studies on the phone."""
        page = self.secretary.page
        page.get_by_role("link", name=PLAN).click()
        act(page, "形成决议", responsible=self.branch.remote, due_on=f"{YEAR}-03-20")
        self.on("02-22")
        page = self.at_phone.go("/inbox/")
        page.locator(".todo li").filter(has_text="补学：第一季度党员大会").get_by_role("link").tap()
        expect(page.get_by_role("link", name="学习材料.pdf")).to_be_visible()
        act(page, "我已补学", words="已学习。")
        expect(page.locator("main")).to_contain_text("已补学")
        page.goto("/me/resolutions/")
        expect(page.locator("main")).to_contain_text(PLAN)
        self.on("03-12")
        page = self.remote.go("/inbox/")
        page.locator(".todo li").filter(has_text=f"由您落实的决议：{PLAN}").get_by_role("link").click()
        page.locator("[name=words]").fill("计划已分解到各党小组。")
        press(page, "报告落实情况")
        page = self.secretary.go("/resolutions/")
        page.locator("#rows").get_by_role("link", name=PLAN).click()
        act(page, "登记落实情况", lambda form: form.get_by_label("已经全部落实，办结").check(), words="全部落实。")
        expect(page.get_by_role("heading", level=1)).to_contain_text("已落实")

    def quarter(self) -> None:
        """March and April: a group meets, a lecture is given, 主题党日 turns its light."""
        self.on("03-16")
        self.light("主题党日", "逾期")
        for kind, day, place, title in (
            ("group", "03-12", self.branch.group, "三月党小组会"),
            ("lecture", "03-20", self.branch.name, "党课：学习党章"),
            ("party_day", "03-18", self.branch.name, "主题党日：植树"),
        ):
            self.on("03-20")
            one = self.meetings.arrange(kind, day, place, title, title)
            self.meetings.begin(one)
            self.meetings.end(one)
        self.light("主题党日", "已开")
        self.on("04-01")
        self.light("主题党日", "待开")

    def ballot(self) -> None:
        """May: the code on the wall, good for seconds; a secret vote on paper, counted by two."""
        self.on("05-20", "13:50")
        one = self.meetings.arrange(
            "assembly", "05-20", self.branch.name, "第二季度党员大会", TITLE, starts_at=f"{YEAR}-05-20T14:00"
        )
        wall = self.wall(one)
        link = self.code(wall)
        self.on("05-20", "13:51")
        page = self.remote.go(link)
        expect(page.locator("main")).to_contain_text("没有签到")
        wall.reload()
        page = self.at_phone.scan(self.code(wall))
        page.get_by_role("button", name="签到", exact=True).tap()
        expect(page.locator("main")).to_contain_text(f"{self.branch.at_phone}，签到成功")
        expect(wall.locator(".wall-big")).to_contain_text(re.compile("^1"))
        wall.close()
        page = self.meetings.begin(one)
        act(page, "准备表决", lambda form: form.locator("[name=method][value=paper]").check(), title=TITLE)
        motion = self.secretary.visitor.path
        act(page, "开始表决")
        most = len(self.branch.members) - 1
        self.count(self.secretary, motion, yes=most)
        self.count(self.counter, motion, yes=most - 1)
        expect(self.counter.page.locator("main")).to_contain_text("两个人录入的票数不一致")
        for who in (self.secretary, self.counter):
            self.count(who, motion, yes=most)
        page = self.secretary.go(motion)
        act(page, "宣布结果")
        expect(page.get_by_role("heading", level=1)).to_contain_text("通过")
        self.meetings.end(one)

    def code(self, wall: Page) -> str:
        """Return where the code leads that the wall shows now."""
        return (wall.locator(".wall-qr").get_attribute("data-link") or "").removeprefix(self.site.url)

    def count(self, who: Someone, motion: str, yes: int) -> None:
        """Enter the count sheet of everybody's slips as one of the two reads it."""
        all_ = len(self.branch.members)
        texts = {name: str(all_) for name in ("issued", "collected", "valid")}
        act(who.go(motion), "录入计票", **texts, invalid="0", yes0=str(yes), no0=str(all_ - yes), abstain0="0")

    def winter(self) -> None:
        """December: 组织生活会, then the appraisal with its ranks, decided at a meeting, confirmed from above."""
        self.on("12-10")
        one = self.meetings.arrange("life", "12-10", self.branch.name, "年度组织生活会", "对照检查")
        self.meetings.begin(one)
        self.meetings.end(one)
        act(self.secretary.go("/appraisals/"), "开始民主评议")
        appraisal = self.secretary.visitor.path
        for who in (self.at_phone, self.remote):
            page = who.go("/inbox/")
            page.locator(".todo li").filter(has_text=f"写 {YEAR} 年民主评议自评").get_by_role("link").click()
            page.locator("[name=words]").fill("一年来按时参加组织生活，学习还不够经常。")
            press(page, "写自评")
        self.on("12-22")
        one = self.meetings.arrange("appraisal", "12-22", self.branch.name, APPRAISED, "民主评议")
        self.meetings.begin(one)
        self.meetings.end(one)
        page = self.secretary.go(appraisal)
        act(page, "登记民主测评", self.tally)
        most = len(self.branch.members) // 3
        page.get_by_role("link", name="拟定等次").click()
        self.ranks(page, most + 1)
        page.get_by_role("button", name="拟定等次", exact=True).click()
        expect(page.locator("main")).to_contain_text(f"最多 {most} 人")
        self.ranks(page, most)
        press(page, "拟定等次")
        act(page, "评定并报审", self.choose_meeting)
        page = self.superior.go("/inbox/")
        page.locator(".todo li").filter(has_text=f"审定民主评议：{self.branch.name}").get_by_role("link").click()
        press(page, "审定")
        expect(self.at_phone.go("/me/").locator("main")).to_contain_text("优秀")

    def choose_meeting(self, form: Page) -> None:
        """Name the meeting that decided: the appraisal's own."""
        box = form.locator("[name=meeting]")
        box.select_option(label=box.locator("option", has_text=APPRAISED).inner_text())

    def tally(self, form: Page) -> None:
        """All slips came back; everybody is voted 合格 but for the first."""
        all_ = str(len(self.branch.members))
        form.get_by_label("已经个人自评，并在会上进行了党员互评").check()
        for name in ("issued", "returned", "valid"):
            form.locator(f"[name={name}]").fill(all_)
        for rank in ("excellent", "good", "basic", "poor"):
            for box in form.locator(f"[name^={rank}-]").all():
                box.fill(all_ if rank == "good" else "0")

    def ranks(self, form: Page, excellent: int) -> None:
        """So many are 优秀, the member on the phone first, everybody else 合格."""
        boxes = form.locator("select[name^=rank-]").all()
        boxes.sort(key=lambda box: self.branch.at_phone not in (box.get_attribute("aria-label") or ""))
        for number, box in enumerate(boxes):
            box.select_option(label="优秀" if number < excellent else "合格")

    def book(self) -> str:
        """The last day: the lights, the year at a glance, the year book; returns its text."""
        self.on("12-31")
        page = self.secretary.go(f"/compliance/{self.branch.uid}/year/")
        for duty in ("组织生活会", "民主评议党员"):
            self.light(duty, "已开")
        page.goto(f"/organizations/{self.branch.uid}/")
        return printed(self.secretary, "组织生活年册（今年）")


def upload(page: Page) -> None:
    """Put up what is to be studied."""

    def choose(form: Page) -> None:
        form.locator("input[type=file]").set_input_files(
            [{"name": "学习材料.pdf", "mimeType": "application/pdf", "buffer": PAPER}]
        )

    act(page, "上传材料和照片", choose)


def test_a_year_of_a_branch(windows: Open, site: Site, clock: Clock, branch: Branch) -> None:
    year = Year(windows, site, clock, branch)
    for episode in (year.plan, year.assembly, year.resolution, year.quarter, year.ballot, year.winter):
        began = time.monotonic()
        episode()
        print(f"{episode.__name__}: {time.monotonic() - began:.1f} s")
    text = year.book()
    number = len(branch.members)
    for one in year.meetings.held:
        assert f"{one.on}{one.title}" in text
        assert f"{SAID}（{one.title}第1部分）" in text
    for words in (
        f"应到{number}人，实到{number - 2}人。赞成{number - 3}票，不赞成0票，弃权1票",
        f"应到{number}人，实到{number}人。赞成{number - 1}票，不赞成1票",
        "〔", PLAN, "落实：", "全部落实。",
        f"优秀{number // 3}人，合格{number - number // 3}人", f"审定日期{YEAR}-12-22",
    ):  # fmt: skip
        assert words in text, words
