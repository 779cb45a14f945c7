"""The form on the phone: one card a field group, each field with what the record holds now, and a tick for “no change”."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from zhibu.apps.collection import rules
from zhibu.apps.collection.catalogue import PHOTO, Asked, catalogue, groups_asked, groups_of
from zhibu.apps.collection.models import Reply
from zhibu.apps.collection.services.checking import check
from zhibu.apps.collection.services.corrections import Correction
from zhibu.apps.collection.services.replies import Filled, Proof, changeable, fillable
from zhibu.apps.collection.values import MOST, as_text, held, is_sealed, words
from zhibu.apps.people.fields import model_field, read_parsed
from zhibu.apps.people.groups import GROUPS, Group
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.parts import PARTS, editable
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm, Refused

CONSENT = (("person", "当面征得本人同意"), ("phone", "电话征得本人同意"), ("written", "本人书面委托"))
PROOF = "image/jpeg,image/png,image/webp,application/pdf"


@dataclass(frozen=True)
class Item:
    """One asked field as the card shows it."""

    one: Asked
    now: str
    state: str
    reason: str
    boxes: list[Any]
    same: Any


@dataclass(frozen=True)
class Card:
    """A field group of the form."""

    group: Group
    items: list[Item]
    proof: Any


def store(upload: Any, policy: files.Policy) -> Any:
    """Store an upload before the transaction; a refused file is an error of the form."""
    try:
        return files.store(upload, name=upload.name, policy=policy)
    except files.FileRefused as refused:
        raise forms.ValidationError(str(refused)) from refused


def photo_field() -> forms.FileField:
    """Return the field that takes a photo from the camera."""
    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "user"})
    return forms.FileField(
        label="照片", required=False, widget=widget, help_text="可以现在拍，或从相册选，10 MB 以内。"
    )


def proof_field(label: str) -> forms.FileField:
    """Return the field that takes a scan or picture as proof."""
    help_text = "证件、证书的照片或 PDF，20 MB 以内，可以不传。"
    return forms.FileField(
        label=label, required=False, widget=forms.FileInput(attrs={"accept": PROOF}), help_text=help_text
    )


class AnswerForm(ActionForm):
    """What forms with answers share: boxes of an asked field, and reading them back; `prepare` says whose they are."""

    person: Person

    def boxes(self, one: Asked, content: Any, now: str) -> dict[str, forms.Field]:
        """Return the boxes of an asked field, filled with `content`."""
        if one.code == PHOTO:
            return {PHOTO: photo_field()}
        if one.kind == "part":
            return self._part_boxes(one, content or [])
        made = model_field(Person, one.code)
        made.required = False
        if one.code == "identity_number":
            made.help_text = f"现为 {now}。没有变化请勾选，不必重填。" if now else "填写居民身份证号码。"
        else:
            self.initial.setdefault(one.code, content or "")
        return {one.code: made}

    def _part_boxes(self, one: Asked, entries: list[dict[str, str]]) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        model = PARTS[one.part]
        for number in range(min(len(entries) + 1, MOST)):
            for name in editable(model):
                made = model_field(model, name)
                made.required = False
                if number:
                    made.label = f"{made.label}（第 {number + 1} 条）"
                found[f"{one.code}-{number}-{name}"] = made
                if number < len(entries):
                    self.initial.setdefault(f"{one.code}-{number}-{name}", entries[number].get(name, ""))
        return found

    def answer(self, one: Asked, data: dict[str, Any]) -> Any:
        """Return the content of an asked field, None when nothing was filled in."""
        if one.code == PHOTO:
            return data.get(PHOTO)
        if one.kind == "part":
            return self._entries(one, data)
        if one.code not in data or one.code not in self.data:  # a box that was not sent was not emptied
            return None
        text = as_text(data[one.code])
        if text:
            return text
        if one.code == "identity_number" or not self._held(one):
            return None
        if not Person._meta.get_field(one.code).blank:  # type: ignore[union-attr]
            self.add_error(one.code, "这一项不能清空")
            return None
        return ""

    def _entries(self, one: Asked, data: dict[str, Any]) -> list[dict[str, str]] | None:
        entries = []
        model = PARTS[one.part]
        for number in range(MOST):
            entry = {name: as_text(data.get(f"{one.code}-{number}-{name}")) for name in editable(model)}
            if not any(entry.values()):
                continue
            for name in editable(model):
                column: Any = model._meta.get_field(name)
                if (
                    not entry[name]
                    and column.get_internal_type() != "BooleanField"
                    and not column.blank
                    and f"{one.code}-{number}-{name}" in self.fields
                ):
                    self.add_error(f"{one.code}-{number}-{name}", f"请填写{column.verbose_name}")
            entries.append(entry)
        return entries or None

    def _held(self, one: Asked) -> Any:
        return held(self.person, one)

    def judge(self, values: dict[str, Any]) -> None:
        """Put what the rules of the record refuse beside its box."""
        try:
            check(self.person, values)
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class FillForm(AnswerForm):
    """Everything a reply still asks."""

    page_template = "collection/fill.html"
    obj: Reply
    for_somebody = False

    def prepare(self) -> None:
        self.person = self.obj.person
        self.asked = self.offered()
        self.withheld = len(changeable(self.obj)) - len(self.asked)
        self._answers = {answer.field: answer for answer in self.obj.answered}
        self._now = {one.code: words(one, self._held(one)) for one in self.asked}
        self._names: dict[str, list[str]] = {}
        for one in self.asked:
            made = self.boxes(one, self._content(one), self._now[one.code])
            self._names[one.code] = list(made)
            self.fields.update(made)
            answer = self._answers.get(one.code)
            self.initial.setdefault(f"same_{one.code}", bool(answer and answer.state == rules.SAME))
            label = "没有变化" if self._now[one.code] else "没有，不用填"
            self.fields[f"same_{one.code}"] = forms.BooleanField(label=label, required=False)
        for group in groups_of(one.code for one in self.asked):
            self.fields[f"proof_{group.code}"] = proof_field("证明材料")
        if self.for_somebody:
            self.fields["consent"] = forms.ChoiceField(label="本人同意的方式", choices=[("", "请选择"), *CONSENT])

    def offered(self) -> list[Asked]:
        """Return what may be answered here."""
        return changeable(self.obj)

    def _content(self, one: Asked) -> Any:
        answer = self._answers.get(one.code)
        if answer is not None and answer.content is not None and not (one.kind == "column" and is_sealed(one)):
            return answer.content
        return self._held(one) if one.kind == "column" else None

    def cards(self) -> Iterator[Card]:
        """Yield the cards of the form, in the order of the field groups."""
        by_group: dict[Group, list[Item]] = {}
        for one in self.asked:
            answer = self._answers.get(one.code)
            boxes = [self[name] for name in self._names[one.code]]
            state, reason = (answer.get_state_display(), answer.reason) if answer else ("", "")
            item = Item(one, self._now[one.code], state, reason, boxes, self[f"same_{one.code}"])
            by_group.setdefault(one.group, []).append(item)
        for group in GROUPS:
            if group in by_group:
                yield Card(group, by_group[group], self[f"proof_{group.code}"])

    @property
    def is_draft(self) -> bool:
        """Tell whether the button pressed was that of the draft."""
        return bool(self.data.get("mode") == "draft")

    def clean(self) -> dict[str, Any]:
        """Read every answer; what is sent is judged by the rules of the record at once."""
        data = self.cleaned_data
        read_parsed(self, data)
        for one in self.asked:
            if one.code == PHOTO and data.get(PHOTO):
                self._file(PHOTO, files.PHOTO)
        for group in groups_of(one.code for one in self.asked):
            if data.get(f"proof_{group.code}"):
                self._file(f"proof_{group.code}", files.DOCUMENT)
        self.same = frozenset(one.code for one in self.asked if data.get(f"same_{one.code}"))
        self.values = {}
        for one in self.asked:
            if one.code not in self.same and (content := self.answer(one, data)) is not None:
                self.values[one.code] = content
        if not self.errors and not self.is_draft:
            self.judge({code: v for code, v in self.values.items() if v != self._held(catalogue()[code])})
        return data

    def _file(self, name: str, policy: files.Policy) -> None:
        upload = self.cleaned_data[name]
        try:
            blob = store(upload, policy)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return
        self.cleaned_data[name] = blob.pk if name == PHOTO else Proof(name.removeprefix("proof_"), blob, upload.name)

    def to_input(self) -> Filled:
        data = self.cleaned_data
        proofs = tuple(value for name, value in data.items() if name.startswith("proof_") and value)
        return Filled(self.values, self.same, self.is_draft, proofs, data.get("consent", ""))


class FillForForm(FillForm):
    """The same, filled in for somebody who agreed."""

    for_somebody = True

    def offered(self) -> list[Asked]:
        """Leave out what the officer may not see: the form shows what the record holds."""
        return fillable(self.actor, self.obj)


class CorrectionForm(AnswerForm):
    """Which field of one's own record is wrong, what it should say, and why."""

    page_template = "collection/ask.html"
    reason = forms.CharField(label="为什么要更正", max_length=200, help_text="例如“换了手机号”“登记时写错了”。")
    obj: Person

    def prepare(self) -> None:
        self.person = self.obj
        given = self.data if self.is_bound else self.initial
        self.one = catalogue().get(str(given.get("field", "")))
        self.group = str(given.get("group", ""))
        self.now = ""
        if self.one is None:
            self.fields = {"field": forms.CharField(label="要更正的项目", max_length=30), **self.fields}
            return
        self.now = words(self.one, self._held(self.one))
        content = self._held(self.one) if self.one.kind == "column" else None
        field = forms.CharField(widget=forms.HiddenInput, initial=self.one.code)
        made = self.boxes(self.one, content, self.now)
        if self.one.code == "identity_number":
            made[self.one.code].help_text = f"现为 {self.now}。" if self.now else ""
        proof = {"proof": proof_field("证明材料")}
        self.fields = {"field": field, **made, "reason": self.fields["reason"], **proof}

    def offered(self) -> list[tuple[Group, list[Asked]]]:
        """Return what can be corrected, by field group, or that of one group."""
        groups = [group for group in groups_asked() if not self.group or group.code == self.group]
        return [(group, [one for one in catalogue().values() if one.group is group]) for group in groups]

    def clean(self) -> dict[str, Any]:
        """Read the new content and judge it by the rules of the record."""
        data = self.cleaned_data
        if self.one is None:
            self.add_error("field", "请先选择要更正的项目")
            return data
        read_parsed(self, data)
        for name, policy in ((PHOTO, files.PHOTO), ("proof", files.DOCUMENT)):
            if (upload := data.get(name)) and name in self.fields and hasattr(upload, "read"):
                try:
                    blob = store(upload, policy)
                except forms.ValidationError as error:
                    self.add_error(name, error)
                    continue
                data[name] = blob.pk if name == PHOTO else Proof(self.one.group.code, blob, upload.name)
        self.content = self.answer(self.one, data)
        if not self.errors and self.content is None:
            self.add_error(None, "请填写应当更正为的内容")
        if not self.errors:
            self.judge({self.one.code: self.content})
        return data

    def to_input(self) -> Correction:
        assert self.one is not None
        data = self.cleaned_data
        return Correction(self.one.code, self.content, data["reason"], data.get("proof") or None)
