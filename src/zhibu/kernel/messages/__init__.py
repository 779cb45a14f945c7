"""What the platform tells people: in the site, by e-mail, by SMS, in an enterprise chat, or by telephone from a printed list.

    messages.tell([person], "affairs", title="您的住址已更正", link="/me/", key=f"address:{event.pk}")

inside the transaction of the act. See docs/architecture.md, “Telling people”, and the README beside this file.
"""

from zhibu.kernel.messages.directory import Contact, Directory, directory, set_directory
from zhibu.kernel.messages.kinds import Kind
from zhibu.kernel.messages.kinds import register as register_kinds
from zhibu.kernel.messages.notices import publish, seen
from zhibu.kernel.messages.telling import Told, tell

__all__ = [
    "Contact",
    "Directory",
    "Kind",
    "Told",
    "directory",
    "publish",
    "register_kinds",
    "seen",
    "set_directory",
    "tell",
]
