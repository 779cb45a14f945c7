"""Minutes and papers: written once, corrected by further versions; what was uploaded by mistake is taken away with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from zhibu.apps.meetings.models import Meeting, Minutes, Paper, PaperKind, State
from zhibu.apps.meetings.permissions import VIEW
from zhibu.apps.meetings.services.saving import keep, saved
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.files import Scan
from zhibu.kernel.files.models import Attachment

#: pictures and papers of one meeting
MOST = 60


@dataclass(frozen=True)
class Write:
    """The parts of the minutes as (heading, text); complete: they stand, from now on they are corrected by versions."""

    parts: Sequence[tuple[str, str]]
    complete: bool


@dataclass(frozen=True)
class Amend:
    """The whole as it is to read, and why it is corrected."""

    parts: Sequence[tuple[str, str]]
    reason: str


@dataclass(frozen=True)
class Upload:
    """Papers of one kind."""

    kind: str
    scans: Sequence[Scan]
    words: str = ""


def write(act: Act, meeting: Meeting, data: Write) -> Meeting:
    """Keep the minutes as they are so far, or let them stand."""
    if data.complete:
        if meeting.state != State.HELD:
            raise Refused("会议还没有结束，记录只能暂存", field="complete", next_step="请先散会，再完成会议记录。")
        if not any(text.strip() for _, text in data.parts):
            raise Refused("会议记录还是空的")
    rows = Minutes.objects.system("minutes of a meeting in hand").filter(meeting=meeting)
    values = {"parts": _kept(data.parts), "by_name": act.actor.name[:100]}
    if not rows.update(**values):
        Minutes.objects.create(meeting=meeting, number=1, **values)
    if data.complete:
        meeting.minutes_at = timezone.now()
    return saved(act, meeting, f"{'完成' if data.complete else '暂存'}会议记录：{meeting}")


def amend(act: Act, meeting: Meeting, data: Amend) -> Meeting:
    """Correct minutes that stand: another version, the former ones stay to be read."""
    rows = Minutes.objects.system("minutes of a meeting in hand").filter(meeting=meeting)
    last = rows.order_by("-number").first()
    parts = _kept(data.parts)
    if last is not None and last.parts == parts:
        raise Refused("与现在的会议记录一样，没有要更正的")
    number = (last.number if last else 0) + 1
    Minutes.objects.create(
        meeting=meeting, number=number, parts=parts, reason=data.reason, by_name=act.actor.name[:100]
    )
    return saved(act, meeting, f"更正会议记录：{meeting}，第 {number} 版")


def _kept(parts: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [[heading, text.replace("\r\n", "\n").strip()] for heading, text in parts]


def upload(act: Act, meeting: Meeting, data: Upload) -> Meeting:
    """Hang papers on a meeting, each as one of its own."""
    known = Paper.objects.system("papers of a meeting in hand").filter(meeting=meeting, removed_why="").count()
    if known + len(data.scans) > MOST:
        raise Refused(f"一次会议最多 {MOST} 份材料和照片", field="scans")
    for scan in data.scans:
        paper = Paper.objects.create(
            meeting=meeting, kind=data.kind, words=data.words or scan.name[:100], by_name=act.actor.name[:100]
        )
        files.attach(
            paper, scan.blob, name=scan.name, permission=VIEW, actor=act.actor, organization_id=meeting.organization_id
        )
    label = PaperKind(data.kind).label
    act.log(meeting, summary=f"上传{label}：{meeting}，{len(data.scans)} 份")
    return meeting


def remove(act: Act, paper: Paper, data: Why) -> Paper:
    """Take a paper away; its name and the reason stay."""
    paper.removed_why = data.reason or "误传"
    on_it = {"object_type": paper._meta.label, "object_id": str(paper.pk), "removed_at": None}
    for attachment in Attachment.objects.system("paper of a meeting in hand").filter(**on_it):
        files.remove(attachment)
    keep(act, paper, f"撤下材料：{paper}（{paper.meeting}）")
    return paper
