"""One's own messages a page at a time, and the form of one's own settings."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.urls import reverse

from zhibu.apps.notices.fields import channels_field
from zhibu.apps.notices.permissions import SETTINGS
from zhibu.apps.notices.services import settings
from zhibu.kernel.actor import Actor
from zhibu.kernel.messages import kinds, queries
from zhibu.kernel.messages.models import Message, QuietHours
from zhibu.kernel.messages.planning import house_hours

PAGE = 20
HOUSE, OWN, NEVER = "house", "own", "never"


@dataclass(frozen=True)
class MessagePage:
    """A page of messages; `older` is the address of the next one."""

    messages: list[Message]
    unread: bool
    kind: str
    kinds: list[str]
    unread_count: str
    older: str
    first: bool


def page(actor: Actor, params: Any) -> MessagePage:
    """Return the page that `params` (a QueryDict) asks for; three queries."""
    rows = queries.own(actor)
    there = [code for code in rows.order_by().values_list("kind", flat=True).distinct() if code]
    unread, kind = params.get("unread") == "1", str(params.get("kind", ""))
    kind = kind if kind in there else ""
    if unread:
        rows = rows.filter(read_at__isnull=True)
    if kind:
        rows = rows.filter(kind=kind)
    before = str(params.get("before", ""))
    if before.isdecimal() and before.isascii() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    query = "&".join(filter(None, ["unread=1" if unread else "", f"kind={kind}" if kind else ""]))
    older = (
        f"{reverse('messages')}?{query}{'&' if query else ''}before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    )
    count = queries.unread(actor)
    shown = f"{queries.BELL_CAP - 1}+" if count >= queries.BELL_CAP else str(count)
    order = {known.code: n for n, known in enumerate(kinds.all_kinds())}
    there.sort(key=lambda code: order.get(code, 99))
    return MessagePage(found[:PAGE], unread, kind, there if len(there) > 1 else [], shown, older, not before)


class SettingsForm(forms.Form):
    """Per kind the channels beside the site; when not to be disturbed."""

    hours = forms.ChoiceField(
        label="免打扰",
        widget=forms.RadioSelect,
        choices=[(HOUSE, ""), (OWN, "我自己定时间"), (NEVER, "随时可以发给我")],
    )
    since = forms.TimeField(label="从", required=False, help_text="例如 21:30")
    until = forms.TimeField(label="到", required=False, help_text="例如 07:30")

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        account_id = actor.account_id
        chosen = {**settings.office_choices(), **settings.chosen_by(account_id or 0)}
        since, until = house_hours()
        hours: Any = self.fields["hours"]
        hours.choices = [(HOUSE, f"按平台统一时间（{since:%H:%M}–{until:%H:%M}）"), *hours.choices[1:]]
        own = QuietHours.objects.filter(account_id=account_id).first()
        kept = HOUSE if own is None else NEVER if own.since == own.until else OWN
        self.initial = {"hours": kept, "since": own.since if own else since, "until": own.until if own else until}
        rest = dict(self.fields)
        self.fields.clear()
        for kind in kinds.all_kinds():
            if kind.code == "system" and not actor.may(SETTINGS):
                continue
            self.fields[f"kind_{kind.code}"] = channels_field(kind, chosen.get(kind.code, kind.channels))
        self.fields.update(rest)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("hours") == OWN:
            for name in ("since", "until"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, "请填写时间，例如 21:30")
            if not self.errors and data["since"] == data["until"]:
                self.add_error("until", "起止时间相同。不需要免打扰的，请选“随时可以发给我”")
        return data

    def channels(self) -> dict[str, tuple[str, ...]]:
        """Return kind -> channels."""
        return {k.removeprefix("kind_"): tuple(v) for k, v in self.cleaned_data.items() if k.startswith("kind_")}

    def quiet(self) -> tuple[time, time] | None:
        """Return the hours chosen, None for the house's."""
        data = self.cleaned_data
        return {HOUSE: None, NEVER: (time(0), time(0))}.get(data["hours"], (data["since"], data["until"]))
