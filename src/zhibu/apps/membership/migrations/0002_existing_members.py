"""Databases that already hold people: whoever is a member by status and has an open party relation gets a row."""

import uuid
from itertools import islice

from django.db import migrations

KINDS = {"01": "full", "02": "probationary"}


def fill(apps, schema_editor):
    Affiliation = apps.get_model("people", "Affiliation")
    Member = apps.get_model("membership", "Member")
    rows = Affiliation.objects.filter(
        kind="party", until__isnull=True, person__state="live", person__political_status__in=list(KINDS)
    ).exclude(person__memberships__state="live")
    columns = (
        "person_id", "organization_id", "person__political_status", "person__joined_party_on", "person__full_member_on"
    )  # fmt: skip
    found = rows.order_by("pk").values_list(*columns).iterator()
    while some := list(islice(found, 2000)):
        Member.objects.bulk_create(
            Member(
                uid=uuid.uuid4(), person_id=person, organization_id=place, kind=KINDS[political], admitted_on=admitted,
                full_on=full if full is None or admitted is None or full >= admitted else None,
            )
            for person, place, political, admitted, full in some
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0001_initial"),
        ("people", "0008_sparse_indices"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
