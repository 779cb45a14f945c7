"""Machines with readers: a code that enrols one, its enrolment, its end."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.apps.cards.models import DeviceState, ReaderDevice
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.crypto import UNIQUE, blind

#: no letters or digits that look alike; eight of them, and few tries a minute
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LONG = 8
GOOD_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class NewDevice:
    """Where the reader stands, and what it is called there."""

    organization: Any
    name: str


def create(act: Act, _: None, data: NewDevice) -> ReaderDevice:
    """Make a device that waits for its code to be typed at the machine."""
    rows = ReaderDevice.objects.system("names are told apart at one desk").filter(organization=data.organization)
    if rows.filter(name=data.name).exclude(state=DeviceState.REVOKED).exists():
        raise Refused("这里已有同名的联机读卡器", field="name", next_step="请换一个名称，例如加上窗口号。")
    device = ReaderDevice(organization=data.organization, name=data.name)
    _give_code(device)
    device.save()
    act.log(device, summary=f"新增联机读卡器：{device}")
    return device


def renew_code(act: Act, device: ReaderDevice, data: Any) -> ReaderDevice:
    """Give a new code; the former one is good no more."""
    _give_code(device)
    device.rev += 1
    device.save(update_fields=["code", "code_key", "code_until", "rev"])
    act.log(device)
    return device


def revoke(act: Act, device: ReaderDevice, data: Why) -> ReaderDevice:
    """From this moment nothing that the machine sends is taken."""
    device.state, device.code, device.code_key, device.code_until = DeviceState.REVOKED, None, "", None
    device.rev += 1
    device.save(update_fields=["state", "code", "code_key", "code_until", "rev"])
    act.log(device)
    return device


def enrol(code: str, public_key: str, machine: str) -> ReaderDevice | None:
    """Take the public key of the machine at which the code was typed; None for a code that is not good (any more)."""
    typed = "".join(letter for letter in code.upper() if letter in LETTERS)
    if len(typed) != LONG:
        return None
    with transaction.atomic():
        rows = ReaderDevice.objects.system("the code says which").select_for_update(of=("self",))
        device: ReaderDevice | None = rows.filter(
            code_key=_key(typed), state=DeviceState.WAITING, code_until__gt=timezone.now()
        ).first()  # fmt: skip
        if device is None:
            return None
        device.state, device.public_key, device.machine = DeviceState.ENROLLED, public_key, machine
        device.code, device.code_key, device.code_until = None, "", None
        device.enrolled_at = timezone.now()  # nobody reads cards yet: the agent is started next
        device.rev += 1
        device.save()
        Act(SYSTEM, "cards.device.enrol", "登记联机读卡器").log(
            device, summary=f"在“{machine}”上登记联机读卡器 {device}"
        )
    return device


def _give_code(device: ReaderDevice) -> None:
    code = "".join(secrets.choice(LETTERS) for _ in range(LONG))
    device.code, device.code_key = f"{code[:4]}-{code[4:]}", _key(code)
    device.code_until = timezone.now() + GOOD_FOR


def _key(code: str) -> str:
    return blind(code, "cards.enrolment", UNIQUE).hex()
