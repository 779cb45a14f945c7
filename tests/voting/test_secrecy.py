"""The attacker: has the whole database and its WAL, the logs, every key on the disk, and a backup from before and after each ballot.

Whatever is tried, no voter is linked to a choice; with the scrutineers' codes all together it works, so the attack itself is sound.
"""

import json
import logging
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.test import Client

from tests import factories
from tests.acting import post
from tests.at_once import elsewhere, share_database, together
from tests.voting.helpers import branch, online_motion, open_with
from zhibu.apps.accounts.models import Account
from zhibu.apps.voting import sealed
from zhibu.apps.voting.curve import G, N, add, multiply, negative, read
from zhibu.apps.voting.models import Motion, Trustee, Voter
from zhibu.apps.voting.services import online

pytestmark = pytest.mark.django_db(transaction=True)

CHOICES = ("yes", "no", "abstain", "no", "yes")
ORDER = (3, 0, 4, 1, 2)
WORDS = [word.encode() for word in ("yes", "abstain", "赞成", "弃权", "q0=")]
#: what a visit to any page may touch: who is signed in, and since when
VISITS = {"django_session", "accounts_sessionrecord"}

Dump = dict[str, dict[Any, tuple[Any, ...]]]


def backup(file: Path, folder: Path) -> Dump:
    """Copy the database with its WAL, and read every table of the copy: key -> row."""
    folder.mkdir()
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, folder)
    copy = sqlite3.connect(folder / file.name)
    tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: {row[0]: row for row in copy.execute(f'SELECT * FROM "{table}"')} for table in tables}


def changed(before: Dump, after: Dump) -> dict[str, list[tuple[Any, ...]]]:
    """Return table -> rows that are new or different."""
    found = {t: [row for key, row in rows.items() if before[t].get(key) != row] for t, rows in after.items()}
    return {table: rows for table, rows in found.items() if rows}


def shape(row: tuple[Any, ...]) -> str:
    """Return a row with every number and point blotted out: what is left is all that could differ with the choice."""
    text = re.sub(r'"0[23][0-9a-f]{64}"', "P", str(row))
    text = re.sub(r"'[0-9a-f]{32}'|'[0-9A-F]{4}(-[0-9A-F]{4}){4}'", "U", text)
    return re.sub(r"\d+", "n", text)


class Vote:
    """A ballot of five people on line, voted on their phones in some order, with a backup around each."""

    def __init__(self, house: factories.House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        east = branch(house.east, 5)
        with transaction.atomic():
            made, self.codes = online_motion(east.roll(), east.people[:2])
            self.motion = open_with(made, 5)
        self.clients = []
        for n, person in enumerate(east.people):
            account = (
                factories.account(f"m{n}", of=person) if n > 1 else Account.objects.system("test").get(person=person)
            )
            client = Client()
            client.force_login(account)
            self.clients.append(client)
        share_database(tmp_path, monkeypatch)
        self.file = tmp_path / "shared.sqlite3"

    def voter(self, n: int) -> Voter:
        rows = Voter.objects.system("test").filter(motion=self.motion).select_related("motion")
        return list(rows.order_by("entry__place"))[n]

    def cast(self, n: int, choice: str) -> int:
        voter = elsewhere(lambda: self.voter(n))
        return int(elsewhere(lambda: post(self.clients[n], "voting.ballot.cast", voter, q0=choice)).status_code)


def opens(ballot: str, secret: int) -> str | None:
    """Try a secret on a sealed ballot: the choice, or None where it opens nothing."""
    found = []
    for part in json.loads(ballot)["questions"][0]["options"]:
        left, right = (read(text) for text in part["c"])
        plain = add(right, negative(multiply(secret, left)))
        found.append({None: 0, G: 1}.get(plain))
    return sealed.OPTIONS[found.index(1)] if sorted(map(str, found)) == ["0", "0", "1"] else None


def numbers_on_disk(database: dict[str, dict[object, tuple[object, ...]]]) -> list[int]:
    """Return every number that could be a secret key, in any cell of the database and any file of the data folder."""
    texts = {str(cell) for rows in database.values() for row in rows.values() for cell in row}
    texts |= {
        file.read_text(errors="ignore")
        for file in Path(settings.DATA).rglob("*")
        if file.is_file() and file.stat().st_size < 100_000
    }
    runs = {run for text in texts for run in re.findall(r"[0-9A-Fa-f]{32,64}|[0-9]{40,80}", text)}
    return [int(run, 16) % N for run in runs] + [int(run) % N for run in runs if run.isdecimal()]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file and its WAL are those of SQLite")
def test_nothing_stored_links_a_voter_to_a_choice(
    house: factories.House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    vote = Vote(house, tmp_path, monkeypatch)
    caplog.set_level(logging.DEBUG)
    wal = vote.file.with_name(vote.file.name + "-wal")
    shapes, before = set(), backup(vote.file, tmp_path / "b0")
    for turn, n in enumerate(ORDER, 1):
        seen = wal.stat().st_size if wal.exists() else 0
        assert vote.cast(n, CHOICES[n]) == 302
        added = wal.read_bytes()[seen:] if wal.exists() else b""
        assert not [word for word in WORDS if word in added]  # the WAL of this ballot
        after = backup(vote.file, tmp_path / f"b{turn}")
        rows = changed(before, after)
        assert rows.keys() <= {"voting_voter", *VISITS}  # no trail, no submission, no motion: no time and no order
        assert len(rows["voting_voter"]) == 1
        shapes.add(shape(rows["voting_voter"][0]))
        before = after
    assert len(shapes) == 1  # yes, no and abstain look alike

    logged = "\n".join(record.getMessage() for record in caplog.records).encode()
    assert not [word for word in WORDS if word in logged]

    ballots = {
        row[0]: next(cell for cell in row if str(cell).startswith('{"questions"'))
        for row in before["voting_voter"].values()
    }
    assert len(ballots) == 5
    numbers = numbers_on_disk(before)
    trustees = {one.pk: one for one in elsewhere(lambda: list(Trustee.objects.system("test").select_related("motion")))}
    secrets = {pk: online.secret_of(trustees[pk], code) for pk, code in vote.codes.items()}
    alone = list(secrets.values())
    tried = [0, 1, *alone, *numbers[:400]]  # what lies on the disk, and each scrutineer alone
    one = next(iter(ballots.values()))
    assert not [secret for secret in tried if opens(one, secret)]
    assert all(opens(ballot, secret) is None for ballot in ballots.values() for secret in alone)
    # the attack is sound: all codes together would open each
    assert [opens(ballots[pk], sum(alone) % N) for pk in sorted(ballots)] == list(CHOICES)


def test_a_place_has_neither_time_nor_order() -> None:
    kinds = {type(field) for field in Voter._meta.concrete_fields}
    assert not [kind for kind in kinds if issubclass(kind, models.DateField | models.TimeField)]


def test_two_phones_at_once_are_one_vote(
    house: factories.House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = Vote(house, tmp_path, monkeypatch)
    answers: list[int] = []
    voter = elsewhere(lambda: vote.voter(4))
    other = Client()
    other.cookies = vote.clients[4].cookies

    def phone(client: Client, choice: str) -> Any:
        return lambda: answers.append(post(client, "voting.ballot.cast", voter, q0=choice).status_code)

    assert together(phone(vote.clients[4], "yes"), phone(other, "no")) == []
    assert sorted(answers) == [302, 422]
    assert elsewhere(lambda: Voter.objects.system("test").filter(has_voted=True).count()) == 1
    assert elsewhere(lambda: Motion.objects.system("test").get().state) == "open"
