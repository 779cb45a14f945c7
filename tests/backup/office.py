"""Run in processes of their own by the backup tests: `prepare N`, `write NAME`, `look`.

Every act stores a file, and in one transaction makes a person with a home, an identity number, the attachment and a line.
"""

import json
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from tests import factories  # noqa: E402
from zhibu.apps.organizations.models import Organization  # noqa: E402
from zhibu.apps.people import search  # noqa: E402
from zhibu.apps.people.models import Affiliation, Person  # noqa: E402
from zhibu.kernel import audit, files  # noqa: E402
from zhibu.kernel.actor import SYSTEM  # noqa: E402
from zhibu.kernel.audit import AuditEntry  # noqa: E402
from zhibu.kernel.files.models import Attachment  # noqa: E402


def act(name: str, number: int, home: Organization) -> None:
    blob = files.store_made(f"附件 {name} {number}".encode() * 500, mime="application/pdf")
    with transaction.atomic():
        made = Person.objects.create(name=name, staff_number=f"{name}{number}", identity_number=f"证件{name}{number}")
        search.rewrite_keys([made])
        Affiliation.objects.create(person=made, organization=home, kind="home", since=factories.LONG_AGO)
        Attachment.objects.create(
            blob=blob, organization=home, object_type="people.Person", object_id=str(made.pk), name="附件.pdf",
            permission="files.view",
        )  # fmt: skip
        audit.record(SYSTEM, "test.act", made, summary=f"建档 {name} {number}")


def prepare(number: str) -> None:
    home = factories.house().root
    for n in range(int(number)):
        act("甲", n, home)


def write(name: str) -> None:
    home = Organization.objects.system("backup test").get(parent=None)
    print("ready", flush=True)
    number = 0
    while True:
        act(name, number, home)
        number += 1
        time.sleep(0.01)  # four that never pause starve one another of SQLite's one write lock


def look() -> None:
    """Print what holds together, having decrypted every number and read every file."""
    people = list(Person.objects.system("backup test").filter(staff_number__regex="[甲乙丙丁]"))
    for person in people:
        assert str(person.identity_number) == f"证件{person.staff_number}"
    homes = Affiliation.objects.system("backup test").filter(person__in=people, kind="home", until=None)
    lines = AuditEntry.objects.system("backup test").filter(action="test.act")
    attachments = Attachment.objects.system("backup test").filter(object_type="people.Person")
    for attachment in attachments:
        from zhibu.kernel.files import contents

        assert len(contents.read(attachment.blob_id)) == attachment.blob.size
    counts = [len(people), homes.count(), lines.count(), attachments.count()]
    print(json.dumps({"counts": counts, "wrong": [f.message for f in audit.verify().findings]}))


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    {"prepare": prepare, "write": write, "look": look}[word](*rest)
