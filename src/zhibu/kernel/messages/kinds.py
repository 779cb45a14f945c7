"""The kinds of messages. An app registers its own; people choose per kind how they want to be told."""

from dataclasses import dataclass

SMS, MAIL, CHAT, CALL = "sms", "mail", "chat", "call"
#: what may be chosen beside the message in the site, which always comes
CHANNELS: dict[str, str] = {SMS: "短信", MAIL: "电子邮件", CHAT: "企业聊天"}


@dataclass(frozen=True)
class Kind:
    """A kind of message.

    channels    the usual ones beside the site, until the office or the person chooses otherwise
    must_reach  whoever cannot be reached stands on the call list of whoever sent it
    urgent      waits for no quiet hours and counts against no daily limit (security, safety)
    brief       an SMS says the title only: the text is nothing for a locked screen
    """

    code: str
    label: str
    hint: str = ""
    channels: tuple[str, ...] = ()
    must_reach: bool = False
    urgent: bool = False
    brief: bool = False


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds. Raises ValueError when a code is taken or a channel unknown."""
    for one in kinds:
        if _KINDS.get(one.code, one) != one:
            raise ValueError(f"kind {one.code} is registered twice")
        if unknown := set(one.channels) - set(CHANNELS):
            raise ValueError(f"kind {one.code}: unknown channels {unknown}")
        _KINDS[one.code] = one


def kind(code: str) -> Kind:
    """Return the kind of that code. Raises KeyError."""
    return _KINDS[code]


def find(code: str) -> Kind | None:
    """Return the kind of that code; None when no installed app knows it any more."""
    return _KINDS.get(code)


def label(code: str) -> str:
    """Return the Chinese label; the code itself when no installed app knows it any more."""
    known = find(code)
    return known.label if known else code


def all_kinds() -> list[Kind]:
    """Return every kind in the order of registration."""
    return list(_KINDS.values())


register(
    Kind("notice", "通知", "单位、支部发给您的通知", (SMS,), must_reach=True),
    Kind("reminder", "待办提醒", "每个工作日一次，您有待办时提醒", (), brief=True),
    Kind("affairs", "本人事项", "与您本人的资料、申请有关的事", ()),
    Kind("security", "账号安全", "登录方式、密码、第二验证的变化", (MAIL,), urgent=True),
    Kind("system", "系统管理", "给系统管理员的每日情况", (MAIL,)),
)
