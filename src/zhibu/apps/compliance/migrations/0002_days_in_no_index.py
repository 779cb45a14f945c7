"""Lights are written anew by the ten thousand: no index holds what changes, and PostgreSQL's pages have room for it.

Then PostgreSQL writes the new row beside the old one and touches no index at all.
"""

import django.db.models.deletion
from django.db import migrations, models


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE compliance_light SET (fillfactor = 45)')


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='light', name='light_states'),
        migrations.AlterField(
            model_name='light',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lights', to='organizations.organization', verbose_name='组织'),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
