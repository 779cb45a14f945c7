"""Processes for the crash test of imports: one makes the batch, others are killed while they upload or work on it.

`python tests/crash/import_worker.py prepare 120`, `uploads`, `verify`, `start imports.undo`; without a word it works until no
job is open. CRASH_PAUSE slows the importer down (seconds a call), CRASH_LARGE and CRASH_CHUNK cut the file.
"""

import io
import os
import sys
import time
from typing import Any

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from zhibu.kernel.jobs import leases

    leases.LEASE_SECONDS = 0.5
    slow_down()
    word, *rest = sys.argv[1:] or ["work"]
    if word == "prepare":
        prepare(int(rest[0]))
    elif word == "start":
        start(rest[0])
    elif word == "verify":
        verify()
    elif word == "uploads":
        upload(5)  # the first one also loads what the others use
        print("ready", flush=True)
        while True:
            upload(5)
    else:
        call_command("worker", "--idle-exit")


def slow_down() -> None:
    """Make every call of the importer last, and the chunks small, so that kills hit the middle."""
    from zhibu.apps.people.importing import PeopleImporter
    from zhibu.kernel.imports import checking, writing

    pause = float(os.environ.get("CRASH_PAUSE", "0"))
    chunk = int(os.environ.get("CRASH_CHUNK", "5"))
    checking.SLICE = checking.STEP = writing.SLICE = writing.BACK = writing.CHUNK = chunk
    writing.LARGE = int(os.environ.get("CRASH_LARGE", "20000"))
    for name in ("check", "apply", "undo"):
        setattr(PeopleImporter, name, slowly(getattr(PeopleImporter, name), pause))


def slowly(method: Any, pause: float) -> Any:
    def slow(*arguments: Any) -> Any:
        found = method(*arguments)
        time.sleep(pause)
        return found

    return slow


def upload(rows: int) -> Any:
    """Upload a roster and return the batch with its matching."""
    from django.db.models import Model

    from tests.imports.desk import sheet
    from zhibu.apps.organizations.models import Organization
    from zhibu.kernel.actions import get, perform
    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.files import SHEET, store
    from zhibu.kernel.imports import matching, spec
    from zhibu.kernel.imports.forms import as_match
    from zhibu.kernel.imports.services import UploadImport

    content = sheet(*[(surname(n), "", "男", "", "", f"N{n}") for n in range(rows)])
    blob = store(io.BytesIO(content), name="花名册.xlsx", policy=SHEET)
    book = matching.open_stored(blob.address, "花名册.xlsx")
    name, found = matching.propose(spec.get("people.people"), book)
    match = as_match(name, found, found.mapping)
    root: Model = Organization.objects.system("test").get(parent=None)
    data = UploadImport("people.people", root, blob, "花名册.xlsx", matching.heads_of_book(book), match)
    return perform(get("imports.upload"), SYSTEM, data=data).result, match


def surname(number: int) -> str:
    """A name of its own for every number."""
    return "王" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def prepare(rows: int) -> None:
    from tests import factories
    from zhibu.kernel.actions import get, perform
    from zhibu.kernel.actor import SYSTEM

    factories.organization("东江实业")
    if rows:
        batch, match = upload(rows)
        perform(get("imports.match"), SYSTEM, uid=batch.uid, data=match)


def verify() -> None:
    """Exactly the people on record are found, each by every key they should have, and the trail is sound."""
    from zhibu.apps.people.models import Person, SearchKey
    from zhibu.apps.people.search import due_keys
    from zhibu.kernel.audit import verify as verify_trail

    held: dict[int, set[str]] = {}
    for key, pk in SearchKey.objects.system("test").values_list("key", "person_id"):
        held.setdefault(pk, set()).add(key)
    due = {pk: keys for pk, keys in due_keys(Person.objects.system("test")).items() if keys}
    assert held == due, "search keys of other people, or not all of theirs"
    report = verify_trail()
    assert report.ok, report.findings


def start(code: str) -> None:
    """Settle what a killed job left behind and begin the act on the only batch, unless it is going on."""
    from zhibu.kernel.actions import get, perform
    from zhibu.kernel.actor import SYSTEM
    from zhibu.kernel.imports import upkeep
    from zhibu.kernel.imports.models import ImportBatch
    from zhibu.kernel.imports.services import ApplyImport

    upkeep.settle()
    batch = ImportBatch.objects.system("test").get()
    data = ApplyImport() if code == "imports.apply" else None
    perform(get(code), SYSTEM, uid=batch.uid, data=data)


if __name__ == "__main__":
    main()
