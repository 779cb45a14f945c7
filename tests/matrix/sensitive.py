"""The mark of the other side, the secrets of one person by field group, and which roles may see which."""

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

import zhibu.apps.accounts
from tests import factories
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.kernel.crypto import mask_identity

MARK = "哨兵甲乙丙"
ASCII_MARK = "ZQXJV"
MARKS = (MARK, ASCII_MARK, ASCII_MARK.lower())
#: what one may type to look for the other side without writing the mark itself, which a page may repeat
PROBES = ("哨兵甲", "shaobing", "sbj", "ZQXJ", "zqxj", "甲乙丙")

_TABLE: dict[str, Any] = yaml.safe_load(
    (Path(zhibu.apps.accounts.__file__).parent / "params" / "roles.yaml").read_text(encoding="utf-8")
)
ROLES: dict[str, Any] = _TABLE["roles"]

NUMBER = "110101199003071241"
OTHER_NUMBER = "110101199003072340"
#: field group -> what betrays it
SECRETS: dict[str, tuple[str, ...]] = {
    "identity": (NUMBER, mask_identity(NUMBER), NUMBER[-6:], "隐秘县", "隐秘旧名"),
    "contact": ("13977770001", "0755-88997766", "secret-mail@example.org", "隐秘路七号", "隐秘村八组"),
    "work": ("隐秘岗位", "隐秘职称", "隐秘大学", "隐秘单位"),
    "party": ("2001-07-02", "2002-07-03", "2001.07", "2002.07"),
    "family": ("隐秘亲属", "13977770002", "增加家庭成员", "撤回家庭成员"),
    "health": ("隐秘病类", "隐秘病情", "增加健康记录", "撤回健康记录"),
    "bank": ("隐秘银行", "6222020200019473628", "473628", "增加银行账户", "撤回银行账户"),
    "discipline": ("隐秘处分", "隐秘机关", "增加奖惩", "撤回奖惩"),
}


def permissions(role: str) -> frozenset[str]:
    """Return the permissions of a built-in role, as its table says."""
    return frozenset(ROLES[role]["permissions"])


@cache
def covering() -> tuple[str, ...]:
    """Return roles that together hold every permission any role holds: what a question brings up depends on these alone."""
    left = set().union(*map(permissions, ROLES))
    chosen: list[str] = []
    while left:
        chosen.append(max(ROLES, key=lambda role: len(left & permissions(role))))
        left -= permissions(chosen[-1])
    return tuple(chosen)


@cache
def hidden_from(role: str) -> tuple[str, ...]:
    """Return the secrets that a holder of the role may never be shown."""
    held = permissions(role) if role in ROLES else frozenset()
    return tuple(text for group, texts in SECRETS.items() if f"people.see.{group}" not in held for text in texts)


def subject(home: Organization, party: Organization) -> Person:
    """Make the person with a secret in every field group (the parts follow in `story`, by real acts)."""
    made: Person = factories.person(
        "东山当事人", home, party=party, identity=NUMBER, native_place="隐秘县", former_names="隐秘旧名", staff_number="DS-900",
        mobile="13977770001", telephone="0755-88997766", email="secret-mail@example.org", address_living="隐秘路七号",
        address_registered="隐秘村八组", position="隐秘岗位", title="隐秘职称", political_status="01",
        joined_party_on=date(2001, 7, 2), full_member_on=date(2002, 7, 3),
    )  # fmt: skip
    return made


PART_VALUES: dict[str, dict[str, Any]] = {
    "education": {"level": "21", "school": "隐秘大学"},
    "work": {"employer": "隐秘单位", "since": date(2001, 1, 1)},
    "relatives": {"name": "隐秘亲属", "relation": "配偶", "phone": "13977770002"},
    "health": {"noted_on": date(2020, 1, 1), "kind": "隐秘病类", "text": "隐秘病情"},
    "bank": {"bank": "隐秘银行", "account": "6222020200019473628"},
    "conduct": {"kind": "discipline", "name": "隐秘处分", "decided_on": date(2020, 1, 1), "decided_by": "隐秘机关"},
}


def part(name: str, model: Any, person: Person, word: str, code: str) -> Any:
    """Make a part whose every text is the side's word."""
    values = {
        key: value
        if isinstance(value, date) or (key in {"level", "kind"} and name in {"education", "conduct"})
        else word
        for key, value in PART_VALUES[name].items()
    }
    if name == "bank":
        values["account"] = f"{code}0001"
    if name == "relatives":
        values["phone"] = f"{code}-1"
    return model.objects.create(person=person, **values)


@cache
def picture() -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, "JPEG")
    return out.getvalue()
