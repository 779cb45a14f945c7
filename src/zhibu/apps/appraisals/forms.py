"""Forms of the acts on appraisals."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.appraisals.models import RANK_CHOICES, Entry
from zhibu.apps.appraisals.permissions import MANAGE
from zhibu.apps.appraisals.rules import LAG_DAYS, RANK_LABELS
from zhibu.apps.appraisals.services import assessing, opening, ranking
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Kind, Organization
from zhibu.kernel.actions import ActionForm, Why

#: kinds of meetings that decide ranks: 支部委员会会议 or 支部党员大会, also held together with the appraisal itself
DECIDING = ("committee", "assembly", "appraisal", "life")
MOST_SLIPS = 100_000


class OpenForm(ActionForm):
    """Which branch, or all below an organisation, and which year."""

    input = opening.Open
    organization = OrganizationField(
        label="党组织", help_text="选党支部只开始这一个；选党委或党总支，下面每个支部都开始。"
    )
    year = forms.TypedChoiceField(label="年度", coerce=int)

    def prepare(self) -> None:
        places: Any = self.fields["organization"]
        kinds = [Kind.BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE]
        places.queryset = Organization.objects.visible_to(self.actor, MANAGE).filter(
            kind__in=kinds, dissolved_on__isnull=True
        )
        self.initial.setdefault("organization", getattr(places.queryset.order_by("path").first(), "uid", None))
        year = localdate().year
        self.fields["year"].choices = [(y, f"{y} 年") for y in (year, year - 1)]  # type: ignore[attr-defined]


class OwnForm(ActionForm):
    """The own assessment."""

    input = assessing.Own
    words = forms.CharField(
        label="个人自评", max_length=2000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="对照党员标准，写一年来做得怎么样、还有哪些不足。测评以前都可以改。",
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial.setdefault("words", getattr(self.obj, "own_words", ""))


class VoidForm(ActionForm):
    """Why it is given up, or given back."""

    input = Why
    reason = forms.CharField(label="原因", max_length=200)


class WordsForm(ActionForm):
    """What the superior says."""

    input = ranking.Words
    words = forms.CharField(label="审定意见", max_length=200, required=False)


class CorrectForm(ActionForm):
    """Another rank, and why."""

    input = ranking.Correct
    rank = forms.ChoiceField(label="等次", choices=RANK_CHOICES)
    reason = forms.CharField(label="更正原因", max_length=200, help_text="写进历史，本人会收到通知。")

    def prepare(self) -> None:
        self.initial.setdefault("rank", getattr(self.obj, "rank", ""))


class MeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A meeting with its day and how many were there, so that the right one of several is found."""

    def label_from_instance(self, obj: Meeting) -> str:
        there = f"，到会 {obj.present} / {obj.entitled}" if obj.entitled else ""
        return f"{obj.on.isoformat()} {obj}{there}"


class DecideForm(ActionForm):
    """The meeting that decided: one of this branch that was held by enough people, not long before the appraisal began here."""

    input = ranking.Decided
    meeting = MeetingField(
        queryset=Meeting.objects.none(), label="评定的会议", empty_label="请选择", to_field_name="uid",
        help_text="选评定等次的那次支委会或支部党员大会，到会人数不足的不能选。还没有开的，先在“组织生活”里通知、开会、散会。",
    )  # fmt: skip

    def prepare(self) -> None:
        field: Any = self.fields["meeting"]
        rows = Meeting.objects.visible_to(self.actor).filter(state="held", kind__in=DECIDING)
        rows = rows.exclude(quorate=False).order_by("-on")
        if self.obj is not None:
            rows = rows.filter(organization=self.obj.organization_id, on__gte=self.obj.on - timedelta(days=LAG_DAYS))
        field.queryset = rows


class TableForm(ActionForm):
    """A form with a line for each member who gets a rank; `lines` are (entry, values as typed)."""

    names: tuple[str, ...] = ()

    def prepare(self) -> None:
        rows = Entry.objects.system("lines of an appraisal in hand").filter(appraisal=self.obj, ranked=True)
        self.entries = list(rows.order_by("place"))
        self.lines = [(entry, [self._typed(entry, name) for name in self.names]) for entry in self.entries]

    def _typed(self, entry: Entry, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(f"{name}-{entry.uid}", ""))
        kept = getattr(entry, name)
        return "" if kept is None else str(kept)


class TallyForm(TableForm):
    """The slips, and the votes of each member."""

    page_template = "appraisals/tally.html"
    names = ("excellent", "good", "basic", "poor")
    mutual = forms.BooleanField(label="已经个人自评，并在会上进行了党员互评", required=False)
    issued = forms.IntegerField(label="发出测评票", min_value=1, max_value=MOST_SLIPS)
    returned = forms.IntegerField(label="收回测评票", min_value=0, max_value=MOST_SLIPS)
    valid = forms.IntegerField(label="有效票", min_value=0, max_value=MOST_SLIPS)

    def prepare(self) -> None:
        super().prepare()
        self.heads = list(RANK_LABELS.values())
        if self.obj is not None and self.obj.issued is not None:
            for name in ("mutual", "issued", "returned", "valid"):
                self.initial.setdefault(name, getattr(self.obj, name))

    def clean(self) -> dict[str, Any]:
        self.votes: dict[str, tuple[int, int, int, int]] = {}
        for entry, typed in self.lines:
            texts = [unicodedata.normalize("NFKC", text).strip() for text in typed]
            numbers = [int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None for text in texts]
            if None in numbers:
                words = "每个等次都要填票数，没有票的填 0" if "" in texts else "票数应是 0 或以上的整数"
                self.add_error(None, f"{entry.place}. {entry.name}：{words}")
            else:
                self.votes[str(entry.uid)] = tuple(numbers)  # type: ignore[assignment]
        return self.cleaned_data

    def to_input(self) -> assessing.Tally:
        data = self.cleaned_data
        return assessing.Tally(data["issued"], data["returned"], data["valid"], data["mutual"], self.votes)


class RanksForm(TableForm):
    """A rank for each member, with the reason."""

    page_template = "appraisals/ranks.html"
    names = ("rank", "rank_why")

    def prepare(self) -> None:
        super().prepare()
        self.choices = RANK_CHOICES

    def clean(self) -> dict[str, Any]:
        known = dict(RANK_CHOICES)
        self.given: dict[str, tuple[str, str]] = {}
        for entry, (rank, why) in self.lines:
            if rank not in known:
                self.add_error(None, f"{entry.place}. {entry.name}：请选择等次")
            elif len(why) > 200:
                self.add_error(None, f"{entry.place}. {entry.name}：理由太长了，最多 200 个字")
            else:
                self.given[str(entry.uid)] = (rank, why)
        return self.cleaned_data

    def to_input(self) -> ranking.Ranks:
        return ranking.Ranks(self.given)
