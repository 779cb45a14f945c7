"""Importing a bank's statement: each transfer once, whatever the layout and however often; taken back while nobody used it."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import rules_matching
from zhibu.apps.dues.models import Account, EntryKind, Incoming, IncomingState, Payment
from zhibu.apps.dues.services import incoming, ledger
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor
from zhibu.kernel.audit import AuditLine, record_many
from zhibu.kernel.imports.spec import Effect, JudgedRow, Row, Verdict
from zhibu.kernel.imports.staging import CREATE, READ, SAME, UPDATE, Staging

#: rows of the sheet that could be read
KINDS = (READ, CREATE, UPDATE, SAME)


@dataclass(slots=True)
class Judged(JudgedRow):
    """A line of a statement: the key that tells it again, and the record of it where there is one."""

    key: str = ""
    known: int | None = None

    @property
    def kind(self) -> Any:
        return "error" if self.issues else "create" if self.known is None and self.key else "same"


class BankImporter:
    """Judges and writes the lines of a statement, for the account of the batch's organisation."""

    def __init__(self, actor: Actor, batch: Any) -> None:
        self.actor, self.place, self.today, self.batch = actor, batch.organization, localdate(), batch

    def check(self, rows: Sequence[Row]) -> list[Verdict]:
        """Judge lines; a constant number of queries."""
        return [_verdict(one) for one in self.judge(rows)]

    def apply(self, act: Act, rows: Sequence[Row]) -> list[Effect]:
        """Write what came in and was not known; each into suspense."""
        effects, lines = [], []
        for one in self.judge(rows):
            if one.kind != "create":
                continue
            made = incoming.book(act.actor, self.place, self._arrived(one))
            words = f"导入来款：{made.on.isoformat()} {made.payer_name or '未知付款人'} {made.amount} 元"
            lines.append(AuditLine(act.actor, act.code, words, made._meta.label, str(made.pk), self.place.pk))
            effects.append(Effect(one.row.number, made.pk, created=True, rev_after=made.rev))
        record_many(lines)
        act.logged += len(lines)
        return effects

    def undo(self, act: Act, effects: Sequence[Any]) -> list[int]:
        """Take back transfers that nobody settled, refunded or used; the entry is reversed, the line stays to be read."""
        rows = (
            Incoming.objects.system("undo of an import")
            .select_for_update(of=("self",))
            .select_related("organization", "entry")
        )
        found = rows.in_bulk([effect.object_id for effect in effects])
        used = set(
            Payment.objects.system("undo of an import").filter(incoming__in=found).values_list("incoming_id", flat=True)
        )
        left = []
        for effect in effects:
            one = found.get(effect.object_id)
            if one is None or one.pk in used or one.rev != effect.rev_after or one.state != IncomingState.OPEN:
                left.append(effect.row)
                continue
            if ledger.balance(one.organization, incoming.ASSET[one.kind]) < one.left:
                left.append(effect.row)  # it was handed up or used meanwhile
                continue
            sides = [(Account.SUSPENSE, one.left), (incoming.ASSET[one.kind], -one.left)]
            ledger.post(
                act.actor, one.organization, localdate(), EntryKind.REFUND, f"撤销导入：{one}", f"undo:{one.pk}", sides
            )
            one.refunded, one.left, one.state, one.why = one.left, Decimal(0), IncomingState.REFUNDED, "撤销导入"
            one.key = f"undone:{one.pk}:{one.key}"[:160]
            one.rev += 1
            one.save(update_fields=["refunded", "left", "state", "why", "key", "rev"])
            act.log(one, summary=f"撤销导入来款：{one}")
        return left

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Return the lines with their keys and what is known of them."""
        return [self._read(one) for one in Judged.read(rows)]

    def _read(self, one: Judged) -> Judged:
        values = one.values
        if "credit" not in one.row.values:
            one.wrong("credit", "没有对上“收入金额”这一列，请返回核对各列。")
            return one
        if "debit" in one.row.values and values.get("credit", 0) < 0:
            one.wrong(
                "credit", "收入是负数，像是银行冲正，不会自动记账。请在原来那笔来款上办理“退款”，导入时略过这一行。"
            )
        if not came_in(values):
            return one  # money that went out, or a line without an amount
        if values.get("debit"):
            one.wrong("debit", "这一行收入和支出都有金额，请核对。")
        elif values["on"] > self.today:
            one.wrong("on", "交易日期在今天以后，请核对。")
        else:
            one.key, one.known = self.whole.get(one.row.number, ("", None))
        return one

    @cached_property
    def whole(self) -> dict[int, tuple[str, int | None]]:
        """Row of the sheet -> (key, record of the same money): judged over the whole sheet, for equal lines count."""
        with Staging(self.batch.uid) as staged:
            rows = [row for row in staged.rows(KINDS) if came_in(row.values)]
        if not rows:
            return {}
        days = [row.values["on"] for row in rows]
        there = Incoming.objects.system("lines of a statement known already").filter(
            organization=self.place, kind="bank", on__range=(min(days), max(days))
        )
        return known_lines(self.place.pk, rows, list(there.exclude(key__startswith="undone:").order_by("pk")))

    def _arrived(self, one: Judged) -> incoming.Arrived:
        values = one.values
        return incoming.Arrived(
            "bank", one.key, values["on"], values["credit"], values.get("payer", ""), str(values.get("account", ""))[-4:],
            values.get("note", ""), values.get("serial", ""),
        )  # fmt: skip


def came_in(values: Mapping[str, Any]) -> bool:
    """Tell whether a line is money that came in: a positive amount, and nothing says that it went out."""
    out = any(word in str(values.get("direction") or "") for word in ("借", "支", "付", "出", "D"))
    return (values.get("credit") or Decimal(0)) > 0 and not out


def known_lines(place_id: int, rows: Sequence[Row], there: Sequence[Incoming]) -> dict[int, tuple[str, int | None]]:
    """Return row -> (key, record): a line is known by the bank's number, else by day, amount, payer, account and note.

    Where one of two layouts leaves something out (no number, no account), what both say decides. Equal lines are counted:
    the second of two is another transfer, also when the first is known.
    """
    by_serial = {one.key: one for one in there if one.serial}
    by_day: dict[tuple[date, Decimal], list[Incoming]] = defaultdict(list)
    for one in there:
        by_day[one.on, one.amount].append(one)
    taken: set[int] = set()
    keys = {one.key for one in there}
    found: dict[int, tuple[str, int | None]] = {}
    for row in rows:
        said = _said(row)
        key = f"bank:{place_id}:{said['serial']}:{said['on']}:{said['amount']}" if said["serial"] else ""
        same = by_serial.get(key) if key else None
        if same is None:
            alike = by_day[row.values["on"], row.values["credit"]]
            same = next((one for one in alike if one.pk not in taken and _alike(one, said)), None)
        if same is not None:
            taken.add(same.pk)
            found[row.number] = (same.key, same.pk)
            continue
        key = key or _unused(place_id, said, keys)
        keys.add(key)
        found[row.number] = (key, None)
    return found


def _said(row: Row) -> dict[str, str]:
    """Return what a line says, as it is compared."""
    values = {name: str(value or "") for name, value in row.values.items()}
    return {
        "on": values["on"], "amount": values["credit"], "serial": values.get("serial", "")[:60],
        "payer": rules_matching.plain(values.get("payer", ""))[:100], "tail": values.get("account", "")[-4:],
        "note": rules_matching.plain(values.get("note", ""))[:200],
    }  # fmt: skip


def _alike(one: Incoming, said: dict[str, str]) -> bool:
    """Tell whether a record may be the line: nothing that both say differs."""
    own = {
        "serial": one.serial,
        "payer": rules_matching.plain(one.payer_name),
        "tail": one.account_tail,
        "note": rules_matching.plain(one.note),
    }
    return own["payer"] == said["payer"] and all(
        not own[name] or not said[name] or own[name] == said[name] for name in own
    )


def _unused(place_id: int, said: dict[str, str], keys: set[str]) -> str:
    """Return the key of a line without a number: a digest of what it says, and the first count that is free."""
    digest = hashlib.sha256("|".join(said.values()).encode()).hexdigest()[:40]
    return next(key for n in count(1) if (key := f"bank:{place_id}:{digest}:{n}") not in keys)


def _verdict(one: Judged) -> Verdict:
    unique = (("serial", one.key),) if one.key and one.values.get("serial") else ()
    label = f"{one.values.get('payer') or '未知付款人'} {one.values.get('credit', '')}"
    return Verdict(one.row.number, one.kind, label, tuple(one.issues), (), unique)
