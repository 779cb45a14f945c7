"""The four keys of a document number are one, and so are the two of a mobile number."""

import re

from django.db import migrations

from zhibu.apps.people import number_keys
from zhibu.kernel.crypto import KeyMissing, Tampered, blind

CHUNK = 500


def former_keys(identity, mobile):
    numbers = [("identity.tail", identity[-n:]) for n in (4, 5, 6)] + [("identity", identity)] if identity else []
    numbers += [("mobile", mobile), ("mobile.tail", mobile[-4:])] if mobile else []
    return ["#" + blind(text, f"search.{domain}").hex() for domain, text in numbers]


def numbers_of(person):
    """Return the document number ("" where it does not open: `zhibu doctor` names such records) and the mobile number."""
    try:
        identity = person.identity_number or ""
    except (KeyMissing, Tampered):
        identity = ""
    mobile = "".join(re.findall(r"\d", person.mobile))
    return identity, mobile if len(mobile) >= 4 else ""


def rewrite(apps, schema_editor):
    person, key = apps.get_model("people", "Person"), apps.get_model("people", "SearchKey")
    people = person._base_manager.filter(state="live").only("uid", "identity_number", "mobile").order_by("pk")
    keys = key._base_manager
    after = 0
    while chunk := list(people.filter(pk__gt=after)[:CHUNK]):
        first, after = chunk[0].pk, chunk[-1].pk
        known = [(one.pk, *numbers_of(one)) for one in chunk]
        former = {was for _, identity, mobile in known for was in former_keys(identity, mobile)}
        keys.filter(person_id__gte=first, person_id__lte=after, key__in=former).delete()
        identities = {pk: identity for pk, identity, _ in known if identity}
        mobiles = {pk: mobile for pk, _, mobile in known if mobile}
        rows = list(zip(number_keys.identity_keys(list(identities.values())), identities))
        rows += zip(number_keys.mobile_keys(list(mobiles.values())), mobiles)
        made = [key(key=one, person_id=pk) for one, pk in sorted(rows)]
        keys.bulk_create(made, batch_size=CHUNK, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0012_found_under_merged_numbers'),
    ]

    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
