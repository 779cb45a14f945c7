"""Reader profiles: set up, change, put out of use."""

import copy
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from zhibu.apps.cards.models import ReaderProfile
from zhibu.kernel.actions import Act, Refused, diff


@dataclass(frozen=True)
class Profile:
    """How a reader writes; `organization` is None when an existing one is changed."""

    name: str
    form: str
    length: int
    organization: Any = None


@dataclass(frozen=True)
class Nothing:
    """No input."""


def create(act: Act, _: None, data: Profile) -> ReaderProfile:
    """Set up a reader."""
    made = ReaderProfile(organization=data.organization, name=data.name, form=data.form, length=data.length)
    _save(made)
    act.log(made, summary=f"设置读卡器：{made}")
    return made


def edit(act: Act, reader: ReaderProfile, data: Profile) -> ReaderProfile:
    """Change how it writes."""
    before = copy.copy(reader)
    reader.name, reader.form, reader.length = data.name, data.form, data.length
    reader.rev += 1
    _save(reader)
    act.log(reader, changes=diff(before, reader, ("name", "form", "length")))
    return reader


def retire(act: Act, reader: ReaderProfile, data: Any) -> ReaderProfile:
    """It is offered no more."""
    return _use(act, reader, in_use=False)


def restore(act: Act, reader: ReaderProfile, data: Any) -> ReaderProfile:
    """It is offered again."""
    return _use(act, reader, in_use=True)


def _use(act: Act, reader: ReaderProfile, *, in_use: bool) -> ReaderProfile:
    reader.in_use, reader.rev = in_use, reader.rev + 1
    reader.save(update_fields=["in_use", "rev"])
    act.log(reader)
    return reader


def _save(reader: ReaderProfile) -> None:
    try:
        with transaction.atomic():
            reader.save()
    except IntegrityError as error:
        raise Refused("这里已有同名的读卡器", field="name", next_step="请换一个名称，例如加上窗口号。") from error
