"""Whoever was merged is found under the names and the number of the record that was given up, too."""

from django.db import migrations

from zhibu.apps.people import search


def add_keys(apps, schema_editor):
    person, key = apps.get_model("people", "Person"), apps.get_model("people", "SearchKey")
    merged = {
        pk: (into, words)
        for pk, into, *words in person.objects.filter(state="merged").values_list(
            "pk", "merged_into_id", "name", "former_names", "staff_number"
        )
    }
    due = set()
    for pk, (into, words) in merged.items():
        seen = {pk}
        while into in merged and into not in seen:
            seen.add(into)
            into = merged[into][0]
        due |= {(one, into) for one in search.words(*words) if into not in merged}
    rows = [key(key=one, person_id=pk) for one, pk in sorted(due)]
    key.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0011_staff_numbers_without_case'),
    ]

    operations = [migrations.RunPython(add_keys, migrations.RunPython.noop)]
