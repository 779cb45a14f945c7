"""How people can be reached, as the apps above know it: the kernel itself knows neither people nor accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Contact:
    """One recipient: a person, with the account if there is one, or an account without a person.

    signs_in: has an account that was used before, so that the site reaches them; chat_name: the name in the enterprise
    chat (the staff number, else the user name).
    """

    person_id: int | None
    account_id: int | None
    name: str
    mobile: str = ""
    telephone: str = ""
    email: str = ""
    chat_name: str = ""
    signs_in: bool = False


class Directory(Protocol):
    """What `accounts` provides."""

    def people(self, person_ids: Iterable[int]) -> list[Contact]:
        """Return the contacts of people in the order given; the dead and merged records are left out."""
        ...

    def accounts(self, account_ids: Iterable[int]) -> list[Contact]:
        """Return the contacts of active accounts."""
        ...


_directory: Directory | None = None


def set_directory(found: Directory) -> None:
    """Tell who knows how people are reached."""
    global _directory
    _directory = found


def directory() -> Directory:
    """Return the directory. Raises RuntimeError when no app provides one."""
    if _directory is None:
        raise RuntimeError("messages.set_directory was never called")
    return _directory
