"""The bound file: cover, catalogue with page numbers, the record of the path, and every paper that was put in."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.development import queries
from zhibu.apps.development.documents.forms import day
from zhibu.apps.development.models import Case, Paper
from zhibu.apps.development.params import papers, path
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.documents.uploads import Unreadable, page_picture, pages_of
from zhibu.kernel.files import open_content
from zhibu.kernel.files.contents import Damaged

PICTURE, PDF = "image/jpeg", "application/pdf"


def _content(paper: Paper) -> bytes | None:
    """Return the file of a paper; None where it is not there or does not open."""
    if paper.attachment is None:
        return None
    try:
        with open_content(paper.attachment.blob.address) as file:
            return file.read()
    except (FileNotFoundError, Damaged):
        return None


def pages_in(actor: Actor, cases: Sequence[Case]) -> int:
    """Return about how many pages the bound files will have."""
    return sum(3 + sum(len(_pages(one)) or 1 for one in queries.papers_of(case)) for case in cases)


def _pages(paper: Paper) -> list[int]:
    """Return the pages of a paper: a picture has one, a PDF as many as it says; none where it does not open."""
    content = _content(paper)
    if content is None or paper.attachment is None:
        return []
    if paper.attachment.blob.mime == PICTURE:
        return [1]
    try:
        return list(range(1, pages_of(content) + 1))
    except Unreadable:
        return []


def _drawn(paper: Paper, pictures: dict[str, bytes]) -> list[str]:
    """Put the pages of a paper among the pictures; return their names."""
    content, names = _content(paper), []
    if content is None or paper.attachment is None:
        return []
    for page in _pages(paper):
        name = f"p{paper.pk}-{page}.jpg"
        pictures[name] = content if paper.attachment.blob.mime == PICTURE else page_picture(content, page)
        names.append(name)
    return names


def build(actor: Actor, cases: Sequence[Case]) -> Content:
    """Return the content of the bound file of one case."""
    case = (
        Case.objects.system("a case the actor may print").select_related("person", "organization").get(pk=cases[0].pk)
    )
    steps = queries.steps_of(case)
    pictures: dict[str, bytes] = {}
    kinds = papers()
    sections = [
        {
            "title": str(paper), "on": paper.on.isoformat() if paper.on else "", "pages": _drawn(paper, pictures),
            "file": bool(kinds.get(paper.code) and kinds[paper.code].file),
        }
        for paper in queries.papers_of(case)
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
