"""Meetings of a branch as its secretary holds them in the browser: from the line of the plan to the minutes."""

from collections.abc import Collection
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.e2e.branch import Someone, act

#: tick whoever is named and is not ticked; nobody named: everybody
TICK = """(rows, there) => rows.filter(row => !there.length || there.some(name => row.textContent.includes(name)))
  .map(row => row.querySelector("input")).filter(box => !box.checked).forEach(box => box.click())"""
#: what the minutes of every meeting say, so that the year book can be looked through for it
SAID = "会议按议程进行，与会党员逐一发言"


@dataclass
class Held:
    """A meeting: day, title, address of its page."""

    on: str
    title: str
    path: str


@dataclass
class Meetings:
    """What the secretary does with meetings; `held` are those that were closed, in the order of the year."""

    secretary: Someone
    year: int
    held: list[Held] = field(default_factory=list)

    def arrange(self, kind: str, planned: str, place: str, title: str, agenda: str, **more: str) -> Held:
        """Make a meeting of a line of the plan and call it. `planned`: the line's day; `more` further fields of the form."""
        day = f"{self.year}-{planned}"
        page = self.secretary.go(f"/meeting-plans/?kind={kind}&since={day}&until={day}")
        page.locator("#rows tbody tr").filter(has_text=place).get_by_role("link").first.click()
        act(page, "安排会议", title=title, place="三楼会议室", agenda=agenda, **more)
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        path = self.secretary.visitor.path
        act(page, "通知开会")
        return Held(day, title, path)

    def begin(self, one: Held, there: Collection[str] = ()) -> Page:
        """Open a meeting that was called, and tick who is there and has not signed in otherwise; nobody named: everybody."""
        page = self.secretary.go(one.path)
        act(page, "宣布开会")

        def tick(form: Page) -> None:
            form.locator(".tick-row").evaluate_all(TICK, sorted(there))

        act(page, "代签到", tick)
        return page

    def end(self, one: Held) -> Page:
        """Close the meeting, and write its minutes by their template."""
        page = self.secretary.go(one.path)

        def write(form: Page) -> None:
            for number, box in enumerate(form.locator("textarea[name^=part_]").all(), 1):
                box.fill(f"{box.input_value()}\n{SAID}（{one.title}第{number}部分）。")
            form.get_by_label("记录已经写好，定稿").check()

        act(page, "散会")
        expect(page.get_by_role("heading", level=1)).to_contain_text("已结束")
        act(page, "写会议记录", write)
        self.held.append(one)
        return page
