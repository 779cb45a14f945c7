"""Keys by person and key: a small scope is searched person by person (see lookup.py). SQLite's index held both already."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('people', '0001_initial')]

    operations = [
        migrations.RunSQL('CREATE INDEX people_searchkey_of_person ON people_searchkey (person_id, "key")',
                          'DROP INDEX people_searchkey_of_person'),
        migrations.RunSQL('DROP INDEX people_searchkey_person',
                          'CREATE INDEX people_searchkey_person ON people_searchkey (person_id)'),
    ]
