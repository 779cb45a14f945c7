"""Field groups of a person: each has its own permission to see and to edit.

Standing above somebody in the tree gives `people.view` only: name, sex, age, organisations, kind of employment.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A field group. `fields` are columns of Person; `parts` are names of the person's part tables."""

    code: str
    label: str
    fields: tuple[str, ...]
    parts: tuple[str, ...] = ()
    sensitive: bool = False

    @property
    def see(self) -> str:
        return f"people.see.{self.code}"

    @property
    def edit(self) -> str:
        return f"people.edit.{self.code}"


GROUPS: tuple[Group, ...] = (
    Group(
        "identity",
        "身份信息",
        (
            "name",
            "former_names",
            "sex",
            "birth_date",
            "ethnic_group",
            "native_place",
            "document_type",
            "identity_number",
            "marriage",
        ),
        sensitive=True,
    ),
    Group("contact", "联系方式", ("mobile", "telephone", "email", "address_living", "address_registered")),
    Group(
        "work",
        "工作信息",
        (
            "staff_number",
            "employment",
            "work_started_on",
            "joined_unit_on",
            "left_post_on",
            "retired_on",
            "position",
            "title",
            "skills",
            "education",
            "degree",
        ),
        ("education", "work"),
    ),
    Group("party", "政治面貌", ("political_status", "joined_party_on", "full_member_on")),
    Group("family", "家庭与紧急联系人", (), ("relatives",), sensitive=True),
    Group("health", "健康情况", (), ("health",), sensitive=True),
    Group("bank", "银行账户", (), ("bank",), sensitive=True),
    Group("discipline", "奖惩", (), ("conduct",), sensitive=True),
)

BY_CODE = {group.code: group for group in GROUPS}
GROUP_OF_FIELD = {name: group for group in GROUPS for name in group.fields}
GROUP_OF_PART = {name: group for group in GROUPS for name in group.parts}
