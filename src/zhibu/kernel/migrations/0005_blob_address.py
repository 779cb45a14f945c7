"""The key of stored content is an address, not its SHA-256 any more; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_audit_heads")]

    operations = [
        migrations.AlterField(
            "blob",
            "sha256",
            models.CharField("摘要", max_length=64, primary_key=True, serialize=False, db_column="sha256"),
        ),
        migrations.RenameField("blob", "sha256", "address"),
    ]
