"""Forms of the steps of a case: the day written on the signed paper, the paper, and what belongs to the step."""

from typing import Any, ClassVar

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.development import queries
from zhibu.apps.development.fields import MeetingField, MembersField
from zhibu.apps.development.params import papers_of
from zhibu.apps.development.permissions import APPROVE, MANAGE
from zhibu.apps.development.services import course, finding, members, opening, steps
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.people.picking import PersonField, resolve_person
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm

TOPICS = ["学习工作经历", "对党的认识", "入党动机", "遵纪守法情况", "家庭情况"]
WAYS = ["党员推荐", "共青团推优", "工会推荐", "妇联推荐", "其他方式"]
METHODS = [
    "同本人谈话",
    "查阅有关档案材料",
    "找有关单位和人员了解情况",
    "函调",
    "外调",
    "征求户籍地、居住地基层党组织意见",
]


#: papers of a step carry signatures
SIGNED = "签好字的 PDF 或照片，20 MB 以内。"


def several(choices: list[str], label: str, **more: Any) -> forms.MultipleChoiceField:
    """Return boxes to tick."""
    pairs = [(one, one) for one in choices]
    return forms.MultipleChoiceField(label=label, choices=pairs, widget=forms.CheckboxSelectMultiple, **more)


def day(label: str, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(), **more)


class StepForm(UploadForm):
    """The day on the signed paper and the papers of the step; subclasses add what belongs to it."""

    code: ClassVar[str] = ""
    input: ClassVar[Any] = course.Signed
    on = day("日期", help_text="以签字材料上写的日期为准。")
    words = forms.CharField(label="说明", max_length=300, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("on", localdate())
        asked = {one.code for one in queries.asked_papers(self.obj, self.step())}
        for paper in papers_of(self.step()):
            if paper.code == "publicity_notice" or (paper.code not in asked and not paper.proof):
                continue
            self.fields[f"paper_{paper.code}"] = ScanField(label=paper.label, required=paper.proof, help_text=SIGNED)
        papers = [name for name in self.fields if name.startswith("paper_")]
        self.order_fields([*(name for name in self.fields if name not in ("words", *papers)), "words", *papers])

    def step(self) -> str:
        """Return the step the form is about: of several the first that is ready."""
        return self.code

    def papers(self) -> Any:
        """Return the papers that were uploaded under their codes, dated as the step."""
        on = self.cleaned_data.get("on")
        found = [(paper.code, self.cleaned_data.get(f"paper_{paper.code}")) for paper in papers_of(self.step())]
        return tuple(steps.Given(code, scan, on) for code, scan in found if scan is not None)

    def to_input(self) -> Any:
        kept = {name: value for name, value in self.cleaned_data.items() if not name.startswith("paper_")}
        return self.input(papers=self.papers(), **kept)


class SignedForm(StepForm):
    """转正申请书."""

    code = "full_applied"


class TalkForm(StepForm):
    """Who talked, about which of the five topics."""

    code = "talked"
    input = course.Talked
    talker = forms.CharField(label="谈话人", max_length=50)
    topics = several(TOPICS, "谈到的内容", help_text="谈话应当了解的五个方面（第七条）；谈了什么写在谈话记录里。")

    def to_input(self) -> Any:
        return super().to_input()


class WithMeeting(StepForm):
    """A decision of a meeting: one held on the platform, or by its signed minutes."""

    kinds: ClassVar[tuple[str, ...]] = ("committee", "assembly")
    meeting = MeetingField(help_text="选了本平台的会议，日期就是开会那天。")

    def prepare(self) -> None:
        super().prepare()
        self.fields["meeting"].open_for(self.obj.organization, self.kinds)  # type: ignore[attr-defined]
        self.fields["on"].required = False
        for paper in papers_of(self.step()):
            if paper.proof:
                self.fields[f"paper_{paper.code}"].required = False

    def clean(self) -> Any:
        data = super().clean() or {}
        if data.get("meeting") is not None:
            data["on"] = data["meeting"].on
            return data
        if not data.get("on"):
            self.add_error("on", "请填写会议日期，或选择一次会议")
        proofs = [paper for paper in papers_of(self.step()) if paper.proof]
        if proofs and not any(data.get(f"paper_{paper.code}") for paper in proofs) and not self.errors:
            self.add_error(f"paper_{proofs[0].code}", "没有选择会议的，请上传签字的会议记录")
        return data


class ActivistForm(WithMeeting):
    """How the person was proposed."""

    code = "activist"
    input = course.Recommended
    ways = several(WAYS, "人选怎样产生")


class MeetingForm(WithMeeting):
    """支委会审查."""

    code = "committee_reviewed"


class Deciding(StepForm):
    """Something a committee above decides: which one, under which number; proposed is the nearest that may."""

    standings: ClassVar[tuple[str, ...]] = ("approves",)
    committee = OrganizationField(label="办理的上级党组织")
    number = forms.CharField(label="文号", max_length=60, required=False)

    def prepare(self) -> None:
        super().prepare()
        rows = queries.deciders(self.actor, APPROVE)
        self.fields["committee"].queryset = rows  # type: ignore[attr-defined]
        above = [one for one in rows if self.obj.organization.path.startswith(one.path)]
        fit = [one for one in above if queries.standing_of(one) in self.standings] or above
        if fit:
            self.initial.setdefault("committee", max(fit, key=lambda one: len(one.path)))


class DecisionForm(Deciding):
    """备案, or 同意拟列为发展对象: whichever the case waits for."""

    input = course.Decided
    standings = ("approves", "subordinate")

    def step(self) -> str:
        """Return which of the two the case waits for."""
        return "target_agreed" if ",target_agreed," in self.obj.ready else "activist_filed"


class PreExaminationForm(Deciding):
    """预审: passed or not."""

    code = "pre_examined"
    input = course.Decided
    agreed = forms.TypedChoiceField(
        label="预审结果",
        choices=[("yes", "合格"), ("no", "不合格，退回支委会")],
        coerce=lambda v: v == "yes",
        initial="yes",
    )


class PeopleForm(StepForm):
    """Full members of the branch who are named."""

    input = course.Named
    label, role = "", ""
    people = MembersField(label="")

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["people"]
        field.label = self.label
        rows = members.full_members(self.obj.organization, localdate())
        ids = [one.pk for one in rows if one.pk != self.obj.person_id]
        field.queryset = (
            Person.objects.system("full members of the branch of a case in hand").filter(pk__in=ids).order_by("name")
        )
        if not ids:
            field.help_text = "本支部还没有正式党员的名册，请先在党员管理里登记。"
        now = [one.person_id for one in queries.companions(self.obj, self.role) if one.person_id]
        if now:
            self.initial.setdefault("people", now)

    def to_input(self) -> Any:
        made = super().to_input()
        return self.input(**{**vars(made), "people": tuple(made.people)})


class ContactsForm(PeopleForm):
    """One or two contacts."""

    code, label, role = "contact_assigned", "培养联系人（一至两名正式党员）", "contact"


class ChangeContactsForm(ContactsForm):
    """Others instead; the paper is asked for, the reason too."""

    def prepare(self) -> None:
        super().prepare()
        self.fields["words"].required = True
        self.fields["words"].label = "调整原因"


class IntroducersForm(PeopleForm):
    """Two introducers, generally the contacts."""

    code, label, role = "introducers", "入党介绍人（两名正式党员）", "contact"


class ReviewForm(StepForm):
    """The conclusion of the political review."""

    code = "political_review"
    input = course.Examined
    passed = forms.TypedChoiceField(
        label="审查结论",
        choices=[("yes", "合格"), ("no", "不合格，不能发展入党")],
        coerce=lambda v: v == "yes",
        initial="yes",
    )
    methods = several(METHODS, "审查方法")
    joint = forms.BooleanField(label="经县级有关部门政审联审", required=False)

    def clean_methods(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["methods"]
        if self.obj.floating and METHODS[-1] not in chosen:
            raise forms.ValidationError(
                "对流动人员政治审查时，还应当征求其户籍所在地和居住地基层党组织的意见（第十六条）"
            )
        return chosen


class TrainingForm(StepForm):
    """From when to when, how long, how."""

    code = "trained"
    input = course.Trained
    on = day("结束日期", help_text="培训的最后一天，以培训证明为准。")
    since = day("开始日期")
    days = forms.IntegerField(label="天数", min_value=0, max_value=60)
    hours = forms.IntegerField(label="学时", min_value=0, max_value=500)
    mode = forms.ChoiceField(label="方式", choices=[("线下", "线下"), ("视频", "视频"), ("线下和视频", "线下和视频")])
    organizer = forms.CharField(label="主办", max_length=100, help_text="基层党委或者县级党委组织部门。")
    field_order = ("since", "on", "days", "hours", "mode", "organizer")


class ListForm(ActionForm):
    """Nothing has to be filled in: the publicity says it all."""

    input = course.List
    words = forms.CharField(label="说明", max_length=300, required=False)


class ApplyForm(UploadForm):
    """An application that was handed in: whose, to which branch, when."""

    person = PersonField(label="申请人", help_text="写姓名；不在您管理范围内的职工，写“姓名 工号”或“姓名 证件号码”。")
    organization = OrganizationField(label="党支部")
    on = day("申请书日期", help_text="申请书上写的日期。")
    scan = ScanField(label="入党申请书", required=True)
    floating = forms.BooleanField(
        label="流动人员",
        required=False,
        help_text="外出流动、可以向流动党员党组织申请的人员；公示要在流出地和流入地同时进行。",
    )
    origin = forms.CharField(label="流出地", max_length=100, required=False)
    host = forms.CharField(label="流入地", max_length=100, required=False)

    def prepare(self) -> None:
        rows = Organization.objects.visible_to(self.actor, MANAGE).filter(kind="branch", dissolved_on__isnull=True)
        self.fields["organization"].queryset = rows.order_by("path")  # type: ignore[attr-defined]
        if (only := list(rows[:2])) and len(only) == 1:
            self.initial.setdefault("organization", only[0])

    def clean_person(self) -> Person:
        """Return the person: within reach by any word, elsewhere by name and number together only."""
        written = str(self.cleaned_data["person"]).split()
        if len(written) == 2 and not written[1].startswith("#"):
            found = finding.by_number(self.actor, written[0], written[1], localdate())
            if found is None:
                raise forms.ValidationError(
                    "没有找到姓名和号码都相符的人，请核对；平台里还没有的人，请先由组织部或人事建立主档"
                )
            return found
        return resolve_person(self, "person")

    def clean(self) -> Any:
        data = super().clean() or {}
        if data.get("floating") and not (data.get("origin") and data.get("host")):
            self.add_error("origin", "流动人员请写明流出地和流入地")
        return data

    def to_input(self) -> Any:
        return opening.Apply(**self.cleaned_data)
