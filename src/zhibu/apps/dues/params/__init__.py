"""The dated parameters of this app as plain values; the files say where each comes from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.apps.dues.rules import Band, Cap, Item, Payer
from zhibu.kernel import tables


def _read(name: str) -> Any:
    return tables.read(Path(__file__).parent / name)


@cache
def payers() -> tuple[Payer, ...]:
    """Return every row of `rates.yaml`, in the order of the file."""
    return tuple(
        Payer(
            row["code"], row["label"], row["since"], row["article"], row["checked"], row["base_words"],
            tuple(Band(Decimal(most) if most else None, Decimal(rate)) for most, rate in row.get("bands", ())),
            (Decimal(row["fixed"][0]), Decimal(row["fixed"][1])) if "fixed" in row else None,
            tuple(row.get("only", ())),
        )
        for row in _read("rates.yaml")
    )  # fmt: skip


@cache
def payer_labels() -> dict[str, str]:
    """Return code -> label of every kind of payer there is or was."""
    return {row.code: row.label for row in payers()}


@cache
def caps() -> tuple[Cap, ...]:
    """Return every row of `caps.yaml`."""
    return tuple(
        Cap(row["since"], Decimal(row["most"]), Decimal(row["large"]), row["source"]) for row in _read("caps.yaml")
    )


@cache
def items() -> dict[str, Item]:
    """Return code -> what pay is made of, in the order of `items.yaml`."""
    return {
        row["code"]: Item(
            row["code"], row["label"], "plus" if row["counts"] else row["sign"], row["why"], tuple(row["synonyms"])
        )
        for row in _read("items.yaml")
    }


@cache
def uses() -> dict[str, str]:
    """Return code -> what dues may be used for."""
    return {row["code"]: row["label"] for row in _read("uses.yaml")}


@dataclass(frozen=True)
class Defaults:
    """What holds where no committee has set anything else; see `policy.yaml`."""

    rounding: str
    wages: str
    day: int
    carried: int
    back: int
    ahead: int
    ladder: tuple[int, ...]
    kept: dict[str, Decimal]


@cache
def defaults() -> Defaults:
    """Return `policy.yaml`."""
    row = _read("policy.yaml")
    kept = {kind: Decimal(share) for kind, share in row["kept"].items()}
    return Defaults(**{**row, "ladder": tuple(row["ladder"]), "kept": kept})


def first_month() -> date:
    """Return the first month of which the rules here speak."""
    return min(row.since for row in payers())
