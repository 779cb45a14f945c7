"""The forms of the wizard: choose a file, say which column is which, confirm the writing."""

from collections.abc import Sequence
from typing import Any

from django import forms

from zhibu.kernel.actions import ActionForm
from zhibu.kernel.files import SHEET, FileRefused, display_name, store
from zhibu.kernel.imports import matching, queries
from zhibu.kernel.imports.coordinates import column_letter
from zhibu.kernel.imports.headers import CONTAINED, MAX_HEADER_ROWS, HeaderMatch
from zhibu.kernel.imports.matching import SheetHead
from zhibu.kernel.imports.reading import SheetRefused
from zhibu.kernel.imports.services import ApplyImport, Match, UploadImport
from zhibu.kernel.imports.showing import STEPS
from zhibu.kernel.imports.spec import get
from zhibu.kernel.imports.staging import seen
from zhibu.kernel.tree import under
from zhibu.kernel.ui.places import InTree

_NO_COLUMN = "不导入这一列"
PREVIEW_ROWS, PREVIEW_COLUMNS = 10, 12


class _Place(InTree, forms.ModelChoiceField):  # type: ignore[type-arg,misc]
    """Where new records go."""


class UploadForm(ActionForm):
    """Kind of import, organisation, file. The file is checked and stored and its header found before the act itself."""

    page_template = "imports/upload.html"
    steps = STEPS

    spec = forms.ChoiceField(label="导入什么")
    organization: Any = _Place(
        queryset=None, label="归属单位", empty_label="请选择", error_messages={"required": "请选择归属单位。"}
    )
    file = forms.FileField(
        label="表格文件",
        help_text="可选 .xlsx、.xls 或 .csv，不超过 40 MB、20 万行。单位自己的表格也可以，不必改成模板的样子。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv,.txt"}),
        error_messages={"required": "请选择文件。", "empty": "这个文件是空的，请重新选择。"},
        max_length=255,
    )

    def prepare(self) -> None:
        kinds = queries.specs_of(self.actor)
        self.fields["spec"].choices = [(spec.code, spec.label) for spec in kinds]  # type: ignore[attr-defined]
        asked = self.data.get("spec") or self.initial.get("spec") or (kinds[0].code if len(kinds) == 1 else "")
        self.kind = next((spec for spec in kinds if spec.code == asked), None)
        organizations = queries.organizations_for(self.actor, self.kind)
        place: Any = self.fields["organization"]
        place.queryset = organizations
        if self.kind is None:
            return
        self.initial["spec"] = self.kind.code
        self.fields["spec"].widget = forms.HiddenInput()
        if self.kind.needs_organization:
            place.label = self.kind.organization_label
            place.help_text = "表格里没有写明单位的记录，归到这里。"
        else:
            place.label = "在哪个范围内导入"
        top = organizations.first()
        if top is not None and not organizations.exclude(under("path", [top.path])).exists():
            place.initial = top.uid  # one house: most rows name their own unit, the rest belong to it
            if not self.kind.needs_organization:
                place.required = False
                place.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        place: Any = self.fields["organization"]
        if not cleaned.get("organization") and not place.required:
            cleaned["organization"] = place.queryset.first()
        if self.kind is not None and cleaned.get("file") and not self.errors:
            try:
                self._take(cleaned["file"])
            except (FileRefused, SheetRefused) as refused:
                self.add_error("file", str(refused))
        return cleaned

    def _take(self, uploaded: Any) -> None:
        assert self.kind is not None
        self.blob = store(uploaded, name=uploaded.name, policy=SHEET)
        self.file_name = display_name(uploaded.name, self.blob.mime)
        book = matching.open_stored(self.blob.address, self.file_name, head=True)
        self.heads = matching.heads_of_book(book)
        sheet, found = matching.propose(self.kind, book)
        self.match = as_match(sheet, found, found.mapping)

    def to_input(self) -> UploadImport:
        """Return the stored file with what was found in it."""
        data = self.cleaned_data
        return UploadImport(data["spec"], data["organization"], self.blob, self.file_name, self.heads, self.match)


def as_match(sheet: str, found: HeaderMatch, mapping: dict[int, str]) -> Match:
    """Return the service's input from a header match and the chosen keys."""
    return Match(sheet, found.header_rows, found.first_data_row, mapping, found.labels, found.signature)


class MatchForm(ActionForm):
    """One drop-down per column of the sheet. Sheet and header row come from a small form of their own (by GET)."""

    page_template = "imports/match.html"
    steps = STEPS

    sheet = forms.CharField(widget=forms.HiddenInput())
    header_row = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=1, max_value=30)
    header_height = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=1, max_value=3)

    def prepare(self) -> None:
        self.kind = get(self.obj.spec)
        self.found = HeaderMatch()
        self.heads: list[SheetHead] = []
        self.head: SheetHead | None = None
        self.unreadable = ""
        try:
            self.heads = matching.heads(self.obj)
        except SheetRefused as refused:
            self.unreadable = str(refused)
            return
        self.head = self._chosen_head()
        start, height = self._pointed("header_row", 30), self._pointed("header_height", MAX_HEADER_ROWS)
        if start is None and self.head.name == self.obj.sheet and self.obj.header_rows:
            start, height = self.obj.header_rows[0] + 1, len(self.obj.header_rows)
        self.found = matching.match_sheet(self.kind, self.head, start - 1 if start else None, height or 1)
        self.initial["sheet"] = self.head.name
        if self.found.header_rows:
            self.initial["header_row"] = self.found.header_rows[0] + 1
            self.initial["header_height"] = len(self.found.header_rows)
        self._add_columns(self.head)

    def _chosen_head(self) -> SheetHead:
        asked = self.data.get("sheet") or self.initial.get("sheet") or self.obj.sheet
        found = next((head for head in self.heads if head.name == asked), None)
        return found or next((head for head in self.heads if head.rows), self.heads[0])

    def _pointed(self, name: str, most: int) -> int | None:
        text = str(self.data.get(name) or self.initial.get(name) or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= most else None

    def _same_header(self) -> bool:
        head = self.head
        return head is not None and head.name == self.obj.sheet and list(self.found.header_rows) == self.obj.header_rows

    def _add_columns(self, head: SheetHead) -> None:
        kept = {int(index): key for index, key in self.obj.mapping.items()} if self._same_header() else {}
        chosen = kept or self.found.mapping
        choices = [("", _NO_COLUMN)] + [
            (c.key, c.label + ("（必填）" if c.required else "")) for c in self.kind.columns
        ]
        unsure = {index for indices in self.found.ambiguous.values() for index in indices}
        for index, label in sorted(self.found.labels.items()):
            samples = "、".join(head.samples(index, self.found.first_data_row)) or "（空）"
            notes = [f"例：{samples}"]
            if index in unsure and index not in chosen:
                notes.insert(0, "有几列都像同一项，请选定一列。")
            elif self.found.quality.get(index) == CONTAINED and chosen.get(index) == self.found.mapping.get(index):
                notes.insert(0, "按近似的名称猜的，请核对。")
            self.fields[f"c{index}"] = forms.ChoiceField(
                label=f"{column_letter(index)} 列　{label}",
                choices=choices,
                required=False,
                initial=chosen.get(index, ""),
                help_text=" ".join(notes),
            )

    @property
    def heights(self) -> range:
        """How many rows a header may span."""
        return range(1, MAX_HEADER_ROWS + 1)

    @property
    def first_header_row(self) -> int | str:
        """The header's first row as Excel counts, "" when none was found."""
        return self.found.header_rows[0] + 1 if self.found.header_rows else ""

    @property
    def header_text(self) -> str:
        """The header's rows in words."""
        rows = [row + 1 for row in self.found.header_rows]
        return "？" if not rows else str(rows[0]) if len(rows) == 1 else f"{rows[0]}–{rows[-1]}"

    @property
    def preview(self) -> list[tuple[int, list[str], bool]]:
        """The first rows of the sheet: (row number, cells, whether it is part of the header)."""
        assert self.head is not None
        top = self.head.top[:PREVIEW_ROWS]
        return [
            (n + 1, [seen(v) for v in row[:PREVIEW_COLUMNS]], n in self.found.header_rows) for n, row in enumerate(top)
        ]

    @property
    def chosen(self) -> dict[int, str]:
        """Return column -> key as chosen in the form."""
        return {index: key for index in self.found.labels if (key := self.cleaned_data.get(f"c{index}"))}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.cleaned_data = cleaned
        if self.unreadable:
            self.add_error(None, self.unreadable)
        elif not self.found.header_rows:
            self.add_error(None, "没有找到表头。请在上面指定表头从第几行开始，再点“重新识别”。")
        else:
            self._check_choices()
        return cleaned

    def _check_choices(self) -> None:
        labels = {column.key: column.label for column in self.kind.columns}
        first: dict[str, int] = {}
        for index, key in self.chosen.items():
            if key in first:
                taken = f"{column_letter(first[key])} 列"
                self.add_error(f"c{index}", f"“{labels[key]}”已经对应 {taken}。一项只能对应一列，请改正其中一列。")
            first.setdefault(key, index)
        for key, columns in self.found.doubled.items():
            if key not in first:
                self._refuse_doubled(labels[key], columns)
        missing = matching.missing_labels(self.kind, list(first))
        if missing:
            self.add_error(None, f"还没有指定必填的列：{missing}。请为它们各选一列。")

    def _refuse_doubled(self, label: str, columns: Sequence[int]) -> None:
        """Two columns of one name: taking either, or neither, would lose what the other says."""
        letters = "列、".join(column_letter(index) for index in columns) + "列"
        text = self.found.labels[columns[0]]
        message = f"{letters}的表头都是“{text}”，不能同时导入。请在 Excel 里删去一列或改名后重新上传，"
        self.add_error(f"c{columns[0]}", message + f"或者在这里选定以哪一列作为“{label}”。")

    def to_input(self) -> Match:
        """Return the header and the chosen columns."""
        assert self.head is not None
        return as_match(self.head.name, self.found, self.chosen)


class ApplyForm(ActionForm):
    """Confirms the writing; with errors, that their rows are left out."""

    input = ApplyImport
    page_template = "imports/apply.html"
    steps = STEPS

    skip_errors = forms.BooleanField(required=False)

    def prepare(self) -> None:
        wrong = self.obj.counts.get("error", 0)
        if not wrong:
            del self.fields["skip_errors"]
            return
        field = self.fields["skip_errors"]
        field.label = f"略过有错的 {wrong} 行，只写入其余的行"
        field.help_text = "略过的行不会写入。以后改好了，可以把同一张表再上传一次，已写入的行不会重复。"
