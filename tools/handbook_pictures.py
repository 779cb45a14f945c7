"""Makes the pictures of the handbook from a running demonstration: `make handbook`, or this file with names of pictures.

tools/handbook_pictures.yaml says what is photographed: who is signed in, which steps lead there, how wide the window is,
what is cut out, and which places get a number. The demonstration is always the same (one seed, one day), and a picture
that hardly differs from the one there is left alone, so that making them again changes nothing by itself.
"""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the browser and the running site are those of the tests

from tests.chromium import chromium  # noqa: E402
from tests.e2e.serving import Site, zhibu  # noqa: E402

PICTURES = ROOT / "src/zhibu/handbook/pictures"
LIST = ROOT / "tools/handbook_pictures.yaml"
DAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # nine in the morning in Beijing
PASSWORD = "zhibu-demo-2026"
COLOURS = 64
#: mean difference of two pictures (0 to 255) below which nobody sees one
ALIKE = 0.03
MARGIN = 24
#: milliseconds a step may take before the list counts as wrong
PATIENCE = 15_000

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
ROSTER = (
    ("姓名", "身份证号", "性别", "出生日期", "手机", "人员状态", "政治面貌", "所在支部"),
    ("周国华", "440104195803120011", "男", "1958-03-12", "13800001111", "退休", "党员", "江北一支部"),
    ("林秀珍", 4.40104196107251e17, "女", "1961.7.25", "13800002222", "退休", "群众", None),
    ("何建平", None, "男", "1963年2月30日", "13800003333", "内退", "党员", "江北二支部"),
    ("罗月英", None, "女", "1966-11-08", "1380000", "在职", "群众", None),
    ("谢志强", None, "男", "1970/5/4", "13800005555", "在职", "党员", "江北九支部"),
    ("谢志强（病休）", None, "男", "1971-09-19", "13800006666", "在职", "群众", None),
    ("梁文辉", None, "男", "1975-01-30", "13800007777", "在职", "群众", None),
)

MARK = """([places, from]) => places.forEach((box, at) => {
  const ring = document.createElement("div"), number = document.createElement("div");
  Object.assign(ring.style, {position: "absolute", zIndex: 99, pointerEvents: "none", border: "3px solid #d0021b",
    borderRadius: "10px", left: `${box.x - 5}px`, top: `${box.y - 5}px`, width: `${box.width + 4}px`, height: `${box.height + 4}px`});
  Object.assign(number.style, {position: "absolute", zIndex: 100, left: `${Math.max(box.x - 20, 2)}px`,
    top: `${Math.max(box.y - 20, 2)}px`, width: "30px", height: "30px", borderRadius: "50%", background: "#d0021b",
    color: "#fff", font: "700 18px/30px sans-serif", textAlign: "center"});
  number.textContent = String(from + at);
  document.body.append(ring);
  if (places.length > 1) document.body.append(number);
})"""
PLACE = """element => { const b = element.getBoundingClientRect();
  return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height}; }"""


@dataclass(frozen=True)
class Picture:
    """One picture as the list declares it. `cut` names what is cut out (all of it together), else `height` pixels.

    With `elsewhere` the user is signed in on a phone as well.
    """

    name: str
    user: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    width: int = 1360
    height: int = 800
    size: str = "normal"
    elsewhere: bool = False
    cut: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def declared(wanted: list[str]) -> list[Picture]:
    """Return the pictures of the list, or those of the given names."""
    found = [Picture(**entry) for entry in yaml.safe_load(LIST.read_text(encoding="utf-8"))]
    return [picture for picture in found if not wanted or picture.name in wanted]


@contextmanager
def demonstration() -> Iterator[tuple[Site, Path]]:
    """Run the demonstration of the fixed day in a folder of its own; yields it with a folder for files to upload."""
    folder = Path(tempfile.mkdtemp(prefix="zhibu-pictures-"))
    shift = (DAY - datetime.now(UTC)).total_seconds()
    paths = [str(ROOT / "tools/fixed_clock"), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    zhibu_shift = {"ZHIBU_PICTURES_SHIFT": str(shift)}
    try:
        zhibu(folder, "demo", "--no-serve", **zhibu_shift)
        site = Site(folder, demo=True, more=zhibu_shift)
        try:
            yield site, folder
        finally:
            site.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def roster(folder: Path) -> Path:
    """Write a small roster as offices have them, five of its cells wrong; returns the file."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROSTER:
        sheet.append(row)
    path = folder / "职工花名册.xlsx"
    book.save(path)
    return path


def sign_in(page: Page, user: str) -> None:
    """Sign in to a demo account."""
    page.goto("/login/")
    page.fill("[name=password]", PASSWORD)
    page.fill("input[name=username]:not([type=hidden])", user)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def open_page(browser: Browser, site: Site, picture: Picture) -> Page:
    """Open a window of the picture's width and text size, signed in as its user."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        base_url=site.url,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "zhibu_text", "value": picture.size, "url": site.url}])
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if picture.elsewhere:
        sign_in(browser.new_page(base_url=site.url, user_agent=PHONE), picture.user)
    if picture.user:
        sign_in(page, picture.user)
    return page


def _click(page: Page, selector: str) -> None:
    page.locator(selector).first.click()
    page.wait_for_load_state()


def _type(page: Page, where: list[str]) -> None:
    page.locator(where[0]).first.press_sequentially(where[1])
    page.wait_for_timeout(600)  # results come while one types


def _select(page: Page, where: list[str]) -> None:
    box = page.locator(where[0]).first
    box.select_option(box.locator("option", has_text=where[1]).first.get_attribute("value"))


#: what a step of the list may be called -> what it does
STEPS: dict[str, Callable[[Page, Any], Any]] = {
    "goto": lambda page, path: page.goto(path),
    "click": _click,
    "fill": lambda page, where: page.locator(where[0]).first.fill(where[1]),
    "type": _type,
    "select": _select,
    "wait": lambda page, selector: page.locator(selector).first.wait_for(),
    "scroll": lambda page, selector: page.locator(selector).first.evaluate("e => e.scrollIntoView()"),
    "remove": lambda page, selector: page.locator(selector).evaluate_all("all => all.forEach(e => e.remove())"),
}


def walk(page: Page, steps: list[dict[str, Any]], folder: Path) -> None:
    """Go through the steps; `upload` chooses the roster. Raises KeyError for a step of another name."""
    for step in steps:
        [(what, how)] = step.items()
        if what == "upload":
            page.locator(how).first.set_input_files(roster(folder))
        else:
            STEPS[what](page, how)


def photograph(page: Page, picture: Picture) -> Image.Image:
    """Mark the places and take the picture."""
    page.locator(".demo").evaluate_all("elements => elements.forEach(element => element.remove())")
    places = [page.locator(mark).first.evaluate(PLACE) for mark in picture.marks]
    page.evaluate(MARK, [places, 1])
    if not picture.cut:
        return Image.open(io.BytesIO(page.screenshot()))
    boxes = [page.locator(selector).first.evaluate(PLACE) for selector in picture.cut]
    left = max(min(box["x"] for box in boxes) - MARGIN, 0)
    top = max(min(box["y"] for box in boxes) - MARGIN, 0)
    right = min(max(box["x"] + box["width"] for box in boxes) + MARGIN, picture.width)
    bottom = min(max(box["y"] + box["height"] for box in boxes) + MARGIN, top + picture.height)
    shot = page.screenshot(full_page=True, clip={"x": left, "y": top, "width": right - left, "height": bottom - top})
    return Image.open(io.BytesIO(shot))


def keep(image: Image.Image, path: Path) -> bool:
    """Write the picture in few colours unless the one there looks the same; tells whether it was written."""
    few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    if path.exists():
        with Image.open(path) as old:
            same = old.size == few.size
            if same and max(ImageStat.Stat(ImageChops.difference(old.convert("RGB"), few.convert("RGB"))).mean) < ALIKE:
                return False
    few.save(path, optimize=True)
    return True


def make(browser: Browser, site: Site, folder: Path, picture: Picture) -> str:
    """Make one picture; returns what became of it. Raises when a step or a place is not found: the page has changed."""
    page = open_page(browser, site, picture)
    try:
        walk(page, picture.steps, folder)
        return "written" if keep(photograph(page, picture), PICTURES / f"{picture.name}.png") else "same   "
    except Error as problem:
        raise SystemExit(f"{picture.name}: {problem}") from problem
    finally:
        page.context.close()


def main(wanted: list[str]) -> int:
    """Make the pictures; returns the exit code."""
    pictures = declared(wanted)
    PICTURES.mkdir(exist_ok=True)
    with demonstration() as (site, folder), sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        for picture in pictures:
            print(f"{make(browser, site, folder, picture)} {picture.name}", flush=True)
        browser.close()
    if not wanted:
        for path in PICTURES.glob("*.png"):
            if path.stem not in {picture.name for picture in pictures}:
                path.unlink()
                print(f"removed {path.stem}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
