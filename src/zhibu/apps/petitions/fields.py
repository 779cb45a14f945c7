"""Form fields of this app, and of the ones above: several papers at once."""

from typing import Any

from django import forms

from zhibu.apps.petitions.services.asking import Scan
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm

ACCEPT = "application/pdf,image/jpeg,image/png,image/webp"
MOST = 10


class FilesInput(forms.FileInput):
    """Several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Papers, as PDF or pictures; `UploadForm` makes a tuple of `Scan` of them."""

    policy = files.DOCUMENT

    def __init__(self, *, most: int = MOST, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", f"PDF 或照片，每个 20 MB 以内，最多 {most} 个，可以一次选几个。")
        super().__init__(widget=FilesInput(attrs={"accept": ACCEPT, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> tuple[Any, ...]:
        sent = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if self.required and not sent:
            raise forms.ValidationError("请选择文件")
        if len(sent) > self.most:
            raise forms.ValidationError(f"最多 {self.most} 个文件，请合并后再上传")
        return tuple(super(FilesField, self).clean(one, initial) for one in sent)

    def stored(self, uploads: Any) -> tuple[Scan, ...]:
        """Store the uploads before the transaction; the first that is refused is named."""
        found = []
        for one in uploads:
            try:
                found.append(Scan(files.store(one, name=one.name, policy=self.policy), one.name))
            except files.FileRefused as refused:
                raise forms.ValidationError(f"{one.name}：{refused}") from refused
        return tuple(found)


class UploadForm(ActionForm):
    """A form with papers: they are stored once everything else is right, so that a refused form leaves nothing behind."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(field, FilesField) and not self.errors:
                try:
                    self.cleaned_data[name] = field.stored(self.cleaned_data[name])
                except forms.ValidationError as refused:
                    self.add_error(name, refused)
