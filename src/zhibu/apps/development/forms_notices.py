"""Forms of a publicity: posting, changing, objections, the result."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.development import queries
from zhibu.apps.development.forms_steps import day
from zhibu.apps.development.models import Setting
from zhibu.apps.development.services import posting
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actions.fields import ScanField, UploadForm
from zhibu.kernel.publicity import services as publicity
from zhibu.kernel.publicity.models import PublicityObjection


def proofs(form: Any) -> tuple[publicity.Proof, ...]:
    """Return the picture that was uploaded, if any."""
    scan = form.cleaned_data.get("proof")
    return (publicity.Proof(scan.blob, scan.name),) if scan is not None else ()


class PostForm(UploadForm):
    """Where it hangs and since when."""

    posted_on = day("张贴日期", help_text="贴出的那一天；当天不计入公示期。今天以前贴出的，要上传照片。")
    work = forms.CharField(label="张贴地点：工作、学习单位", max_length=100, required=False)
    residence = forms.CharField(label="张贴地点：居住地", max_length=100, required=False)
    origin = forms.CharField(
        label="张贴地点：流出地", max_length=100, required=False, help_text="流动人员必填，两地同时公示。"
    )
    host = forms.CharField(label="张贴地点：流入地", max_length=100, required=False)
    contact = forms.CharField(
        label="意见受理", max_length=200, help_text="受理的组织和电话，例如“东山支部，010-12345678”。"
    )
    online = forms.BooleanField(
        label="同时在平台的公开页面公示",
        required=False,
        initial=True,
        help_text="不用登录就能看，只写姓名、支部和两个年月；届满后不再显示。",
    )
    proof = ScanField(label="张贴照片")
    PLACES = ("work", "residence", "origin", "host")

    def prepare(self) -> None:
        self.initial.setdefault("posted_on", localdate())
        if not self.obj.floating:
            del self.fields["origin"], self.fields["host"]
            return
        self.fields["origin"].required = self.fields["host"].required = True
        self.initial.setdefault("origin", self.obj.origin)
        self.initial.setdefault("host", self.obj.host)

    def places(self) -> dict[str, str]:
        """Return the places filled in."""
        return {name: self.cleaned_data.get(name, "") for name in self.PLACES}

    def to_input(self) -> Any:
        data = self.cleaned_data
        return posting.Post(
            data["posted_on"], data["contact"], **self.places(), online=data["online"], proofs=proofs(self)
        )


class ExtraForm(PostForm):
    """A publicity the local pack asks for."""

    step = forms.ChoiceField(label="公示什么")
    field_order = ("step", "posted_on")

    def prepare(self) -> None:
        super().prepare()
        asked = queries.extra_notices(self.obj.organization)
        self.fields["step"].choices = [  # type: ignore[attr-defined]
            (code, f"{label}（{asked[code]} 个工作日）") for code, label in Setting.EXTRA_STEPS.items() if code in asked
        ]
        if not asked:
            self.fields["step"].help_text = "本单位没有另外要求公示。"

    def to_input(self) -> Any:
        data = self.cleaned_data
        return posting.PostExtra(
            data["posted_on"],
            data["contact"],
            **self.places(),
            online=data["online"],
            proofs=proofs(self),
            step=data["step"],
        )


class ChangeForm(UploadForm):
    """What hangs differently."""

    posted_on = day("重新张贴的日期", help_text="从次日起重新计算公示期。今天以前贴出的，要上传照片。")
    reason = forms.CharField(label="变更原因", max_length=200)
    work = forms.CharField(
        label="张贴地点：工作、学习单位", max_length=100, required=False, help_text="没有变的不用填。"
    )
    residence = forms.CharField(label="张贴地点：居住地", max_length=100, required=False)
    origin = forms.CharField(label="张贴地点：流出地", max_length=100, required=False)
    host = forms.CharField(label="张贴地点：流入地", max_length=100, required=False)
    contact = forms.CharField(label="意见受理", max_length=200, required=False)
    proof = ScanField(label="张贴照片")

    def prepare(self) -> None:
        self.initial.setdefault("posted_on", localdate())

    def to_input(self) -> Any:
        data = {name: value for name, value in self.cleaned_data.items() if name != "proof"}
        return posting.Change(**data, proofs=proofs(self))


class ObjectionForm(ActionForm):
    """What was said."""

    input = publicity.NewObjection
    received_on = day("收到日期")
    manner = forms.ChoiceField(label="方式", choices=list(PublicityObjection.MANNERS.items()))
    named = forms.BooleanField(label="署实名", required=False)
    matter = forms.CharField(
        label="反映的问题",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="加密保存，只有负责处理的人能看；不要写反映人的姓名。",
    )

    def prepare(self) -> None:
        self.initial.setdefault("received_on", localdate())


class HandleForm(UploadForm):
    """What was found out."""

    finding = forms.ChoiceField(label="结论", choices=[("none", "不影响发展入党"), ("affects", "影响发展入党")])
    handling = forms.CharField(
        label="核查情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text="加密保存。"
    )
    proof = ScanField(label="核查材料")

    def to_input(self) -> Any:
        return publicity.Handled(self.cleaned_data["finding"], self.cleaned_data["handling"], proofs(self))


class CloseForm(UploadForm):
    """Words on the result."""

    words = forms.CharField(label="公示情况", max_length=300, required=False, help_text="例如“公示期间没有收到反映”。")
    proof = ScanField(label="公示照片或公示情况说明")

    def to_input(self) -> Any:
        return publicity.Closing(self.cleaned_data["words"], proofs(self))
