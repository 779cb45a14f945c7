"""Accounts with passwords for people of a site, so that many sign in on phones. Run inside the site's own environment."""

import json
import sqlite3
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


_COUNT = """
SELECT a.field, a.state, COUNT(*) FROM collection_answer a
JOIN collection_reply r ON r.id = a.reply_id JOIN collection_campaign c ON c.id = r.campaign_id
WHERE c.uid = ? AND r.state <> 'left' GROUP BY a.field, a.state
"""
_ASKED = """
SELECT COUNT(*) FROM collection_reply r JOIN collection_campaign c ON c.id = r.campaign_id
WHERE c.uid = ? AND r.state <> 'left'
"""


def counted(data: Path, campaign: str) -> dict[str, list[int]]:
    """Return field -> (asked, settled, waiting, sent back, missing), counted by SQL of its own in the site's database."""
    which = (campaign.replace("-", ""),)
    with sqlite3.connect(f"file:{data}/zhibu.sqlite3?mode=ro", uri=True) as database:
        (total,) = database.execute(_ASKED, which).fetchone()
        states: dict[str, dict[str, int]] = {}
        for field, state, number in database.execute(_COUNT, which):
            states.setdefault(field, {})[state] = number
    found = {}
    for field, n in states.items():
        settled, waiting, back = n.get("same", 0) + n.get("accepted", 0), n.get("sent", 0), n.get("refused", 0)
        found[field] = [total, settled, waiting, back, total - settled - waiting - back]
    return found
