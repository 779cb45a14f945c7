"""Forms of nominations, candidates, the assembly and the new committee: their people are those on the roll."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.timezone import localdate

from zhibu.apps.elections import queries, texts
from zhibu.apps.elections.forms import POSTS
from zhibu.apps.elections.services import assembly, committee, nominating, planning
from zhibu.apps.people.models import Person
from zhibu.apps.petitions.queries import superiors
from zhibu.apps.voting.queries import entitled
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScansField, UploadForm

TICKS = forms.CheckboxSelectMultiple


def named(people: Iterable[Person]) -> dict[int, str]:
    """Return how each is called in a list: namesakes are told apart as on the ballots."""
    known = list(people)
    return {person.pk: title for person, title in zip(known, assembly.printed(known), strict=True)}


class RollForm(ActionForm):
    """As of which day."""

    input = nominating.OnDay
    on = forms.DateField(label="名册的日期", widget=forms.DateInput(), help_text="按这一天在册的党员建立。")

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())


class NominateForm(ActionForm):
    """Nominations of one group or meeting: a box for votes behind everybody who may stand."""

    page_template = "elections/nominate.html"
    source = forms.CharField(label="推荐的党小组或会议", max_length=60, help_text="例如“第一党小组”“支部党员大会”。")
    on = forms.DateField(label="日期", widget=forms.DateInput())
    attended = forms.IntegerField(label="参加人数", min_value=1, max_value=500)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
        self.entries = {f"votes-{entry.pk}": entry for entry in queries.eligible(self.obj)}
        called = named([entry.person for entry in self.entries.values()])
        for name, entry in self.entries.items():
            self.fields[name] = forms.IntegerField(
                label=called[entry.person_id], min_value=0, max_value=500, required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def heads(self) -> list[Any]:
        """Return the fields above the names."""
        return [self[name] for name in ("source", "on", "attended")]

    def names(self) -> list[Any]:
        """Return the boxes for votes."""
        return [self[name] for name in self.entries]

    def to_input(self) -> nominating.Nominated:
        data = self.cleaned_data
        votes = [(entry, data[name] or 0) for name, entry in self.entries.items()]
        return nominating.Nominated(data["source"], data["on"], data["attended"], votes)


class SlateForm(UploadForm):
    """The candidates, and the request to the superior."""

    people = forms.MultipleChoiceField(label="候选人", widget=TICKS)
    deputies = forms.MultipleChoiceField(label="副书记候选人", widget=TICKS)
    reason = forms.CharField(
        label="调整原因", max_length=300, required=False, help_text="上级已经同意过一份名单的，写明为什么调整。"
    )
    title = forms.CharField(label="请示标题", max_length=100)
    words = forms.CharField(
        label="请示正文", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="留空由系统按候选人名单写。",
    )  # fmt: skip
    outside = forms.CharField(label="平台以外的上级", max_length=100, required=False)
    attachments = ScansField(label="附件", help_text="例如候选人简要情况、会议记录，PDF 或照片。")

    def prepare(self) -> None:
        election = self.obj
        votes = {pk: n for pk, _, n in queries.nominated(election)}
        self.entries = {str(entry.pk): entry for entry in queries.eligible(election)}
        ordered = sorted(self.entries.values(), key=lambda entry: (-votes.get(entry.person_id, 0), entry.place))
        called = named([entry.person for entry in ordered])
        offered = [(str(e.pk), f"{called[e.person_id]}（推荐 {votes.get(e.person_id, 0)} 票）") for e in ordered]
        self.fields["people"].choices = offered  # type: ignore[attr-defined]
        self.fields["deputies"].choices = offered  # type: ignore[attr-defined]
        if election.body == "committee":
            del self.fields["deputies"]
            self.fields[
                "people"
            ].help_text = f"应选 {election.seats} 人，候选人至少 {election.least} 人（差额 20% 以上）。"
        else:
            self.fields["people"].label = "书记候选人"
            if election.seats < 2:
                del self.fields["deputies"]
        if superiors(election.organization):
            del self.fields["outside"]
        if queries.slate_in_force(election) is None:
            del self.fields["reason"]
        self.initial.setdefault("title", f"关于{election}候选人预备人选的请示"[:100])

    def to_input(self) -> nominating.NewSlate:
        data = self.cleaned_data
        post = "secretary" if self.obj.body == "posts" else ""
        chosen = [(self.entries[key], post) for key in data["people"]]
        chosen += [(self.entries[key], "deputy_secretary") for key in data.get("deputies", [])]
        paper = planning.Paper(data["title"], data["words"], data["attachments"], data.get("outside", ""))
        return nominating.NewSlate(chosen, paper, data.get("reason", ""))


class ConveneForm(ActionForm):
    """When and where the assembly meets."""

    input = assembly.Convened
    starts_at = forms.DateTimeField(
        label="开会时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    place = forms.CharField(label="地点", max_length=100, required=False)

    def prepare(self) -> None:
        at = timezone.localtime().replace(
            year=self.obj.planned_on.year,
            month=self.obj.planned_on.month,
            day=self.obj.planned_on.day,
            hour=9,
            minute=0,
        )
        self.initial.setdefault("starts_at", at)


class AdoptForm(ActionForm):
    """The rules of the election, and who watches and counts."""

    regulations = forms.CharField(label="选举办法", max_length=6000, widget=forms.Textarea(attrs={"rows": 14}))
    scrutineers = forms.MultipleChoiceField(label="监票人", widget=TICKS, help_text="至少 1 名，不能是候选人。")
    counters = forms.MultipleChoiceField(label="计票人", widget=TICKS, help_text="至少 2 名，不能是候选人。")

    def prepare(self) -> None:
        standing = {one.person_id for one in queries.candidates(queries.slate_in_force(self.obj))}
        self.people = {str(e.pk): e.person for e in queries.eligible(self.obj) if e.person_id not in standing}
        called = named(self.people.values())
        offered = [(key, called[person.pk]) for key, person in self.people.items()]
        self.fields["scrutineers"].choices = offered  # type: ignore[attr-defined]
        self.fields["counters"].choices = offered  # type: ignore[attr-defined]
        self.initial.setdefault("regulations", self.obj.regulations or texts.regulations(self.obj))

    def to_input(self) -> assembly.Adopt:
        data = self.cleaned_data
        meant = ([self.people[key] for key in data[name]] for name in ("scrutineers", "counters"))
        return assembly.Adopt(data["regulations"], *meant)


class BallotForm(ActionForm):
    """Whose names stand on the next ballot of the assembly."""

    people = forms.MultipleChoiceField(label="选票上的候选人", widget=TICKS)

    def prepare(self) -> None:
        post = assembly.next_post(self.obj)
        self.known = {str(person.uid): person for person in queries.standing_for(self.obj, post)}
        field: Any = self.fields["people"]
        called = named(self.known.values())
        field.choices = [(key, called[person.pk]) for key, person in self.known.items()]
        left = 1 if post else queries.seats_left(self.obj)
        words = {"": "委员", "secretary": "书记", "deputy_secretary": "副书记"}[post]
        tied = "票数相等的再次投票，只列这几人。" if queries.tied_people(self.obj) else ""
        field.help_text = f"选举{words}，还应选 {left} 人。{tied}"
        self.initial.setdefault("people", list(self.known))

    def to_input(self) -> assembly.NewBallot:
        return assembly.NewBallot([self.known[key] for key in self.cleaned_data["people"]])


class CommitteeBallotForm(ActionForm):
    """Secretary or deputy, elected by the new committee of its members."""

    post = forms.ChoiceField(label="选举的职务")
    people = forms.MultipleChoiceField(label="候选人", widget=TICKS, help_text="由委员提名，从委员中选举产生。")

    def prepare(self) -> None:
        left = committee.missing(self.obj)
        self.fields["post"].choices = [one for one in POSTS if one[0] in left]  # type: ignore[attr-defined]
        inside = dict(committee.members(self.obj))
        rows = Person.objects.system("members of the committee in hand").filter(pk__in=inside)
        self.known = {str(person.uid): person for person in rows}
        self.fields["people"].choices = [(key, person.name) for key, person in self.known.items()]  # type: ignore[attr-defined]

    def to_input(self) -> assembly.NewBallot:
        data = self.cleaned_data
        return assembly.NewBallot([self.known[key] for key in data["people"]], data["post"])


class SettleForm(ActionForm):
    """The result as the rules have it; who is meant by names that were written in."""

    page_template = "elections/settle.html"

    def prepare(self) -> None:
        self.outcome = queries.outcome(self.obj)
        roll = self.obj.motion.roll
        self.people = {str(entry.person.uid): entry.person for entry in entitled(roll).select_related("person")}
        called = named(self.people.values())
        self.written = {f"meant-{n}": name for n, name in enumerate(self.outcome.written_in)}
        for field, name in self.written.items():
            offered = [(key, called[person.pk]) for key, person in self.people.items()]
            same = [key for key, person in self.people.items() if person.name == name]
            self.fields[field] = forms.ChoiceField(
                label=f"另选的“{name}”是", choices=[("", "请选择"), *offered], initial=same[0] if len(same) == 1 else ""
            )

    def to_input(self) -> assembly.Confirmed:
        return assembly.Confirmed({name: self.people[self.cleaned_data[field]] for field, name in self.written.items()})


class AssignForm(ActionForm):
    """The posts of the members elected; secretary and deputy come from their ballots."""

    def prepare(self) -> None:
        self.rows = {f"post-{one.pk}": one for one in queries.elected(self.obj)}
        for name, one in self.rows.items():
            by_ballot = one.post in committee.BY_BALLOT
            offered = [p for p in POSTS if (p[0] == one.post if by_ballot else p[0] not in committee.BY_BALLOT)]
            self.fields[name] = forms.ChoiceField(label=one.name, choices=offered, initial=one.post or "member")

    def to_input(self) -> committee.Assigned:
        return committee.Assigned([(one, self.cleaned_data[name]) for name, one in self.rows.items()])
