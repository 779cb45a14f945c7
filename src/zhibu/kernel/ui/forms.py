"""The form renderer: every Django field is drawn the same way by `ui/field.html`, every form by `ui/form.html`."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input, Widget

from zhibu.kernel.ui import dropdown, wording

DATE_TYPES = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
)
PHONE_NAMES = ("phone", "mobile", "telephone")


class ZhibuBoundField(BoundField):
    """A bound field that knows how it is drawn and gives its box the classes and keyboards of the house."""

    @property
    def kind(self) -> str:
        """Return check (one tick), choices (several), group (several boxes) or box."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if isinstance(widget, forms.RadioSelect):  # CheckboxSelectMultiple too
            return "choices"
        return "group" if widget.use_fieldset else "box"

    @property
    def anchor(self) -> str:
        """Return the id of the first box, which a link in the error summary leads to."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.kind == "choices" else self.auto_id)

    @property
    def messages(self) -> list[str]:
        """Return what is wrong, in words that say what to mend."""
        return wording.messages(self)

    def as_widget(self, widget: Widget | None = None, attrs: Any = None, only_initial: bool = False) -> Any:
        """Draw the box, as the kind of input that fits its data."""
        shown = widget or self.field.widget
        self._fit(shown)
        if not dropdown.draws(shown) or only_initial:
            return super().as_widget(widget, attrs, only_initial)
        built = self.build_widget_attrs(attrs or {}, shown)
        if self.auto_id and "id" not in shown.attrs:
            built.setdefault("id", self.auto_id)
        return dropdown.draw(shown, self.html_name, self.value(), built)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Add class, keyboard and autocomplete; what the form's author set on the widget wins."""
        built = dict(super().build_widget_attrs(attrs, widget))
        widget = widget or self.field.widget
        if widget.is_hidden or self.kind in {"check", "choices"}:
            return built
        built["class"] = " ".join(filter(None, ["input", self._width(widget), widget.attrs.get("class", "")]))
        if isinstance(widget, Input | forms.Textarea) and not isinstance(widget, forms.FileInput):
            self._keyboard(widget, built)
            if widget.attrs.get("autocomplete") != "one-time-code":
                # A browser cuts a pasted text there and says nothing; we say at the field how long it may be.
                widget.attrs.pop("maxlength", None)
        return built

    def _fit(self, widget: Widget) -> None:
        for cls, input_type, written in DATE_TYPES:
            if isinstance(widget, cls):
                # A date box shows nothing for text it cannot read; the person must see what they typed.
                unreadable = bool(self.errors) and bool(self.value())
                widget.input_type = "text" if unreadable else input_type
                widget.format = written
                return
        if isinstance(widget, forms.NumberInput):
            # Number boxes change under the mouse wheel and hide what is not a number: text with a number keyboard.
            widget.input_type = "text"
            for name in ("step", "min", "max"):
                widget.attrs.pop(name, None)

    def _width(self, widget: Widget) -> str:
        if isinstance(widget, forms.NumberInput):
            return "number"
        short = isinstance(widget, forms.DateInput | forms.DateTimeInput | forms.TimeInput)
        length = getattr(self.field, "max_length", None)
        if isinstance(widget, forms.Select):
            return "choice"
        return "short" if short or (length and length <= 20 and not isinstance(widget, forms.Textarea)) else ""

    def _keyboard(self, widget: Widget, attrs: dict[str, Any]) -> None:
        given = widget.attrs
        if isinstance(widget, forms.NumberInput):
            attrs.setdefault("inputmode", "numeric" if type(self.field) is forms.IntegerField else "decimal")
        elif any(word in self.name for word in PHONE_NAMES) and "inputmode" not in given:
            attrs.setdefault("inputmode", "tel")
        # The clerk writes about other people: the browser must not offer the clerk's own data.
        if "autocomplete" not in given:
            attrs.setdefault("autocomplete", "off")


class ZhibuRenderer(TemplatesSetting):
    """Renders through the project's templates, so that builtins and overrides are found."""

    form_template_name = "ui/form.html"
    formset_template_name = "ui/formset.html"
    field_template_name = "ui/field.html"
    bound_field_class = ZhibuBoundField


def error_links(form: forms.BaseForm) -> list[tuple[str, str, str]]:
    """Return (anchor, label, message) for everything wrong in the form; whole-form errors have no anchor."""
    found = [("", "", str(message)) for message in form.non_field_errors()]
    for bound in form.hidden_fields():
        found += [("", str(bound.label), str(message)) for message in bound.errors]
    for bound in form.visible_fields():
        anchor = bound.anchor if isinstance(bound, ZhibuBoundField) else bound.id_for_label
        found += [(anchor, str(bound.label), message) for message in wording.messages(bound)]
    return found
