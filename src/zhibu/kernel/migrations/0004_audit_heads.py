"""Heads of the trail (see kernel.audit.heads); the lines written before are counted as they stand."""

from django.db import migrations, models

import zhibu.kernel.audit.models
from zhibu.kernel.audit import heads


def count_what_stands(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM audit_entry")
        count, newest = cursor.fetchone()
        if count:
            heads.write(cursor, 0, count, newest)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_messages")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("slot", zhibu.kernel.audit.models.RowIdField(primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("key_id", models.PositiveSmallIntegerField()),
                ("mac", models.BinaryField()),
            ],
            options={"verbose_name": "操作记录计数", "db_table": "audit_head"},
            bases=(models.Model,),
        ),
        migrations.RunPython(count_what_stands, migrations.RunPython.noop),
    ]
