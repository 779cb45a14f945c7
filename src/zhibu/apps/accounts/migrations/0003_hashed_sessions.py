"""Sessions begun before cookies were kept as keyed hashes only: hash them, so that nobody is signed out by the upgrade."""

from django.db import migrations

from zhibu.apps.accounts.session_store import stored


def hash_keys(apps, schema_editor):
    Session = apps.get_model("sessions", "Session")
    for row in Session.objects.all():
        cookie = row.session_key
        Session.objects.filter(session_key=cookie).update(session_key=stored(cookie))
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, session_key FROM accounts_sessionrecord WHERE session_key <> ''")
        changes = [(stored(cookie), pk) for pk, cookie in cursor.fetchall()]
        cursor.executemany("UPDATE accounts_sessionrecord SET session_key = %s WHERE id = %s", changes)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sessions_and_lockout"), ("sessions", "0001_initial")]

    operations = [migrations.RunPython(hash_keys, migrations.RunPython.noop)]
