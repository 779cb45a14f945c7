"""The index of meetings to come in words from which SQLite sees that it holds those of one state."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0002_rolls_and_notices'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='meeting', name='meeting_coming'),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(condition=Q(('state', 'planned'), ('state', 'called'), ('state', 'under_way'), _connector='OR'), fields=['on'], name='meeting_coming'),
        ),
    ]
