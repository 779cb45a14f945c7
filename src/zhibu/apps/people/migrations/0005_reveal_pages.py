import uuid

from django.db import migrations, models


def give_uids(apps, schema_editor):
    Reveal = apps.get_model("people", "Reveal")
    for pk in Reveal._base_manager.values_list("pk", flat=True):
        Reveal._base_manager.filter(pk=pk).update(uid=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0004_fewer_indices"),
    ]

    operations = [
        migrations.AddField("reveal", "uid", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
        migrations.RunPython(give_uids, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("reveal", "uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.AddField("reveal", "page", models.CharField(blank=True, max_length=40, verbose_name="在哪里查看", default=""), preserve_default=False),
        migrations.AlterField(
            "reveal", "person",
            models.ForeignKey(on_delete=models.PROTECT, related_name="reveals", to="people.person", verbose_name="被查看人"),
        ),
    ]
