"""Forms of a vote before it is counted: what is voted on, who is there, written opinions."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries, registries, rules
from zhibu.apps.voting.forms_roll import ConsentForm
from zhibu.apps.voting.models import Method
from zhibu.apps.voting.models.counts import Choice
from zhibu.apps.voting.services.motions import MOST_QUESTIONS, NewMotion, Opening, Written
from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm

#: what may be voted by a roll made for something, by the first word of the rule's code
OFFERED = {
    "assembly": ("ordinary", "exclusion"),
    "committee": ("committee",),
    "development": ("development", "ordinary", "exclusion"),
    "election": ("election", "ordinary", "exclusion"),
}


def rule_choices(roll: Any, online: bool = False) -> list[tuple[str, str]]:
    """Return the rules that a vote by this roll may be held under, in the version of its day."""
    found = [rules.in_force(prefix, roll.on) for prefix in OFFERED[roll.rule]]
    return [(row.code, row.label) for row in found if row is not None and (not online or "online" in row.methods)]


def question_lines(form: forms.Form) -> list[str]:
    """Return the questions written one a line; too many or repeated ones are an error of their field."""
    lines = [line.strip() for line in str(form.cleaned_data.get("questions") or "").splitlines() if line.strip()]
    if len(lines) > MOST_QUESTIONS or len(set(lines)) != len(lines):
        form.add_error("questions", f"每行一个，不能重复，最多 {MOST_QUESTIONS} 个")
    if any(len(line) > 100 for line in lines):
        form.add_error("questions", "每个问题或姓名最多 100 个字")
    return lines


class Asked(forms.Form):
    """What is voted on."""

    title = forms.CharField(label="表决事项", max_length=120, help_text="例如“关于推荐张明同志为优秀共产党员的决议”。")
    words = forms.CharField(label="说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    rule = forms.ChoiceField(label="适用规则", widget=forms.RadioSelect)
    questions = forms.CharField(
        label="分开表决的问题或候选人", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="只表决一件事的留空。每行一个问题或一个候选人，各自赞成、不赞成或弃权。",
    )  # fmt: skip
    choose = forms.IntegerField(
        label="每张票最多赞成几人", required=False, min_value=1, max_value=MOST_QUESTIONS, help_text="选举时填应选人数；其他留空。",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["lines"] = question_lines(self)
        if data.get("choose") and data["choose"] > max(len(data["lines"]), 1):
            self.add_error("choose", "不能多于候选人数")
        return data


class DraftForm(Asked, ActionForm):
    """A vote by hands or on paper."""

    method = forms.ChoiceField(
        label="表决方式", widget=forms.RadioSelect, choices=Method.choices[:2], initial="hands",
        help_text="讨论接收、转正党员和选举，须用无记名投票。",
    )  # fmt: skip
    named = forms.BooleanField(label="举手表决时记录每个人的态度", required=False)
    field_order = ("title", "words", "rule", "method", "named", "questions", "choose")

    def prepare(self) -> None:
        field: Any = self.fields["rule"]
        field.choices = rule_choices(self.obj)
        first = rules.majority(field.choices[0][0])
        self.initial.setdefault("rule", first.code)
        self.initial.setdefault("method", first.methods[0])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("named") and data["lines"]:
            self.add_error("named", "分开表决几个问题的，不能记录每个人的态度")
        return data

    def to_input(self) -> NewMotion:
        data = self.cleaned_data
        return NewMotion(
            data["title"], data["rule"], data["method"], data["words"], data["lines"], data["choose"], data["named"]
        )


class OnlineForm(Asked, ConsentForm):
    """A secret ballot on line: besides, the superior's consent and the scrutineers."""

    trustees = forms.MultipleChoiceField(
        label="监票人", widget=forms.CheckboxSelectMultiple,
        help_text="勾选两至五人。他们各持一份开票码，缺一份就开不了票；候选人不能担任。名册上有账号的人才列出。",
    )  # fmt: skip
    field_order = ("title", "words", "rule", "questions", "choose", "petition", "number", "scan", "trustees")
    asks = "online_vote"

    def prepare(self) -> None:
        super().prepare()
        rule: Any = self.fields["rule"]
        rule.choices = rule_choices(self.obj, online=True)
        self.initial.setdefault("rule", rule.choices[0][0])
        entries = queries.with_accounts(queries.entries(self.obj))
        field: Any = self.fields["trustees"]
        field.choices = [(str(entry.uid), entry.name) for entry in entries]
        self.people = {str(entry.uid): entry.person_id for entry in entries}

    def clean(self) -> dict[str, Any]:
        ConsentForm.clean(self)
        return Asked.clean(self)

    def to_input(self) -> NewMotion:
        data = self.cleaned_data
        keys = [self.people[uid] for uid in data["trustees"]]
        people = list(Person.objects.system("scrutineers named on the roll").filter(pk__in=keys))
        return NewMotion(
            data["title"], data["rule"], Method.ONLINE, data["words"], data["lines"], data["choose"], approval=self.consent(),
            trustees=people,
        )  # fmt: skip


class OpenForm(ActionForm):
    """Who is there: ticks on the roll, filled in from the meeting where there is one."""

    page_template = "voting/open.html"
    whole = forms.ChoiceField(
        label="实到",
        choices=[("ticked", "下面勾选的人"), ("all", "全部到会")],
        widget=forms.RadioSelect,
        initial="ticked",
    )

    def prepare(self) -> None:
        proposed: set[int] = set()
        if self.obj.rule == "exclusion":
            proposed = set(queries.proposed(self.obj.roll).values_list("entry_id", flat=True))
        self.entries = [entry for entry in queries.entitled(self.obj.roll) if entry.pk not in proposed]
        known = registries.attending(self.obj.roll)
        ticked = set(self.data.getlist("entry")) if self.is_bound else None  # type: ignore[attr-defined]
        self.rows = [
            (entry, str(entry.uid) in ticked if ticked is not None else entry.person_id in known)
            for entry in self.entries
        ]

    def to_input(self) -> Opening:
        everybody = self.cleaned_data["whole"] == "all"
        return Opening([entry for entry, ticked in self.rows if ticked or everybody])


class OpinionForm(UploadForm):
    """Who wrote, when, and what to each question."""

    entry = forms.ChoiceField(label="党员", help_text="因故不能到会的、有表决权的党员。")
    on = forms.DateField(label="意见日期", widget=forms.DateInput())
    scan = ScanField(label="书面意见扫描件")

    def prepare(self) -> None:
        field: Any = self.fields["entry"]
        self.entries = {str(entry.uid): entry for entry in queries.entitled(self.obj.roll)}
        field.choices = [("", "请选择"), *((uid, entry.name) for uid, entry in self.entries.items())]
        self.initial.setdefault("on", localdate())
        for n, title in enumerate(self.obj.questions):
            self.fields[f"q{n}"] = forms.ChoiceField(label=title, choices=Choice.choices, widget=forms.RadioSelect)
        self.order_fields(["entry", "on", *(f"q{n}" for n in range(len(self.obj.questions))), "scan"])

    def to_input(self) -> Written:
        data = self.cleaned_data
        choices = [data[f"q{n}"] for n in range(len(self.obj.questions))]
        return Written(self.entries[data["entry"]], choices, data["on"], Evidence.of("", data["scan"]))
