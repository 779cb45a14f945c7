"""One index where two began with the same columns, one for the order of the list, and keys without a foreign key.

An import writes all of these for every person; the list of people sorted everybody for its first page.
"""

import django.db.models.deletion
from django.db import migrations, models

PLAIN_KEYS = {
    'sqlite': [
        '''CREATE TABLE people_searchkey_plain (
        "key" varchar(120) NOT NULL, person_id bigint NOT NULL, PRIMARY KEY ("key", person_id)) WITHOUT ROWID''',
        'INSERT INTO people_searchkey_plain SELECT "key", person_id FROM people_searchkey',
        'DROP TABLE people_searchkey',
        'ALTER TABLE people_searchkey_plain RENAME TO people_searchkey',
        'CREATE INDEX people_searchkey_of_person ON people_searchkey (person_id, "key")',
    ],
    'postgresql': ['ALTER TABLE people_searchkey DROP CONSTRAINT people_searchkey_person_id_fkey'],
}


def leave_keys_unchecked(apps, schema_editor):
    for statement in PLAIN_KEYS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0002_merged_and_split'),
        ('people', '0003_life_events'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='person', name='person_document_once'),
        migrations.RemoveIndex(model_name='person', name='people_pers_name_651846_idx'),
        migrations.RemoveIndex(model_name='person', name='people_pers_identit_0166ee_idx'),
        migrations.AlterField(
            model_name='affiliation',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='organizations.organization', verbose_name='组织'),
        ),
        migrations.AlterField(
            model_name='affiliation',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='people.person', verbose_name='人员'),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(leave_keys_unchecked, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name='searchkey',
                    name='person',
                    field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='search_keys', to='people.person'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['name', 'id'], name='people_pers_name_b4b3db_idx'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(condition=models.Q(('identity_blind__isnull', False), ('state', 'live')), fields=('identity_blind', 'document_type'), name='person_document_once'),
        ),
    ]
