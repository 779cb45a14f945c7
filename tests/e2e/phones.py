"""Accounts with passwords for people of a site, so that many sign in on phones. Run inside the site's own environment."""

import json
import subprocess
import sys
from pathlib import Path

from tests.e2e.serving import _environment

PASSWORD = "Dianhua-2026-ceshi"
_MAKE = """
import os, sys, json
os.environ["DJANGO_SETTINGS_MODULE"] = "zhibu.settings"
import django; django.setup()
from django.contrib.auth.hashers import make_password
from zhibu.apps.accounts.models import Account
from zhibu.apps.collection.models import Reply
from zhibu.apps.people.models import Person
replies = Reply.objects.system("test").filter(campaign__uid=sys.argv[3], state="waiting")
rows = Person.objects.system("test").filter(account__isnull=True, pk__in=replies.values("person")).exclude(mobile="")
rows = rows.exclude(address_living="").order_by("pk")[: int(sys.argv[1])]
hashed = make_password(sys.argv[2])
made = [Account(username=f"phone{n}", person=p, display_name=p.name, password=hashed, must_change_password=False, is_demo=True)
        for n, p in enumerate(rows)]
Account.objects.bulk_create(made)
staff = Account.objects.system("test").filter(person__isnull=False).exclude(pk__in=[a.pk for a in made])
print(json.dumps([[[a.username, a.display_name] for a in made], list(staff.values_list("person__name", flat=True))]))
"""


def make_accounts(data: Path, number: int, campaign: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Make accounts for people of a campaign who have a mobile and an address.

    Returns their (user name, name), and the names of everybody else who has an account.
    """
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, str(number), PASSWORD, campaign],
        env=_environment(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made, staff = json.loads(done.stdout.splitlines()[-1])
    return [(username, name) for username, name in made], set(staff)
