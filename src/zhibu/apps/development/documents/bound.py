"""The bound file: cover, catalogue with page numbers, the record of the path, and every paper that was put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from zhibu.apps.development import queries
from zhibu.apps.development.documents.forms import day
from zhibu.apps.development.models import Case
from zhibu.apps.development.params import papers, path
from zhibu.apps.development.services.posting import KIND
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.documents.uploads import Unreadable, page_picture, pages_of
from zhibu.kernel.files import open_content
from zhibu.kernel.files.contents import Damaged
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.publicity.models import Publicity, PublicityObjection

PICTURE, PDF = "image/jpeg", "application/pdf"
#: after which paper the notices stand
NOTICE = "publicity_notice"


@dataclass(frozen=True)
class Section:
    """A paper of the book: what it is called, its day, its files, and what is written of it where it is not only files."""

    title: str
    on: str
    files: tuple[Attachment, ...]
    rows: tuple[tuple[str, str], ...] = ()
    file: bool = False


def sections_of(case: Case) -> list[Section]:
    """Return every paper of a case in the order of the book: what was put in, the notices where they belong, what was allowed."""
    kinds, order = papers(), list(papers())
    found, rest = [], order.index(NOTICE)
    for paper in queries.papers_of(case):
        kind, files = kinds.get(paper.code), (paper.attachment,) if paper.attachment is not None else ()
        on = paper.on.isoformat() if paper.on else ""
        place = order.index(paper.code) if paper.code in kinds else len(order)
        found.append((place, Section(str(paper), on, files, file=bool(kind and kind.file))))
    found += [(rest, _notice(one)) for one in reversed(queries.notices(case, KIND))]
    found += [
        (len(order), Section(f"特许的批件：{path().labels.get(one.step, one.step)}", one.at.date().isoformat(), _files(one)))
        for one in queries.overrides_of(case)
    ]  # fmt: skip
    return [section for _, section in sorted(found, key=lambda pair: pair[0])]


def _notice(notice: Publicity) -> Section:
    """Return a notice as it hung, and what came of it; what objections said is not repeated."""
    places = "、".join(str(one) for one in notice.places.system("places of a notice that is bound").all())
    said = PublicityObjection.objects.system("objections to a notice that is bound").filter(publicity=notice).count()
    outcome = notice.get_outcome_display() or notice.get_state_display()
    rows = [
        *((label, text) for label, text in notice.lines), ("张贴日期", notice.posted_on.isoformat()), ("张贴地点", places),
        ("公示期", f"{notice.working_days} 个工作日" + (f"，{notice.ends_on.isoformat()} 届满" if notice.ends_on else "")),
        ("意见受理", notice.contact), ("收到异议", f"{said} 条"), ("结果", f"{outcome}。{notice.words}" if notice.words else outcome),
    ]  # fmt: skip
    return Section(f"公示材料：{notice.title}", notice.posted_on.isoformat(), _files(notice), tuple(rows))


def _files(obj: Model) -> tuple[Attachment, ...]:
    rows = Attachment.objects.system("files of a case that is bound").filter(
        object_type=obj._meta.label, object_id=str(obj.pk), removed_at=None
    )
    return tuple(rows.select_related("blob").order_by("pk"))


def _content(attachment: Attachment) -> bytes | None:
    """Return a file; None where it is not there or does not open."""
    try:
        with open_content(attachment.blob.address) as file:
            return file.read()
    except (FileNotFoundError, Damaged):
        return None


def pages_in(actor: Actor, cases: Sequence[Case]) -> int:
    """Return about how many pages the bound files will have."""
    return sum(
        3 + sum(sum(len(_pages(one)) for one in section.files) or 1 for section in sections_of(case)) for case in cases
    )


def _pages(attachment: Attachment) -> list[int]:
    """Return the pages of a file: a picture has one, a PDF as many as it says; none where it does not open."""
    content = _content(attachment)
    if content is None:
        return []
    if attachment.blob.mime == PICTURE:
        return [1]
    try:
        return list(range(1, pages_of(content) + 1))
    except Unreadable:
        return []


def _drawn(attachment: Attachment, pictures: dict[str, bytes]) -> list[str]:
    """Put the pages of a file among the pictures; return their names."""
    content, names = _content(attachment), []
    if content is None:
        return []
    for page in _pages(attachment):
        name = f"p{attachment.pk}-{page}.jpg"
        pictures[name] = content if attachment.blob.mime == PICTURE else page_picture(content, page)
        names.append(name)
    return names


def build(actor: Actor, cases: Sequence[Case]) -> Content:
    """Return the content of the bound file of one case."""
    case = (
        Case.objects.system("a case the actor may print").select_related("person", "organization").get(pk=cases[0].pk)
    )
    steps = queries.steps_of(case)
    pictures: dict[str, bytes] = {}
    sections = [
        {
            "title": one.title, "on": one.on, "file": one.file, "rows": [list(row) for row in one.rows],
            "pages": [name for file in one.files for name in _drawn(file, pictures)],
        }
        for one in sections_of(case)
    ]  # fmt: skip
    data = {
        "name": case.person.name,
        "branch": case.organization.name,
        "stage": case.get_stage_display(),
        "steps": [_step(step) for step in steps],
        "overrides": [_override(one) for one in queries.overrides_of(case)],
        "missing": [one.label for one in queries.missing_papers(case, steps)],
        "companions": [
            [one.get_role_display(), one.name, one.since.isoformat(), one.until.isoformat() if one.until else ""]
            for one in case.companions.system("companions of a case that is printed").all()
        ],
        "sections": sections,
    }
    return Content(
        title=f"{case.person.name}发展党员材料册", data={"book": data}, pictures=pictures, organization=case.organization.name,
        sensitive="发展党员全部材料", seats={case.pk: case.organization_id},
    )  # fmt: skip


def _step(step: Any) -> list[str]:
    facts = "；".join(f"{label}：{text}" for label, text in step.facts.items() if text)
    void = f"（不再有效：{step.void_why}）" if not step.stands else ""
    imported = "旧案导入。" if step.ground == "import" else ""
    return [day(step.on), step.label, step.cited, f"{imported}{facts}{void}"]


def _override(one: Any) -> list[str]:
    return [
        path().labels.get(one.step, one.step),
        f"{one.message}（{one.article}）",
        f"{one.superior} {one.approved_by}",
        one.reason,
    ]
