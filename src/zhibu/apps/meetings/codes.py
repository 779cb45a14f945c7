"""The code on the wall and what a browser gets for having seen it.

A code names the meeting and the seconds in which it was shown, under the platform's key; a photo of it is worth nothing a few
seconds later. For a good code the browser gets a proof for its own person, which is good for minutes: signing in to the
site first takes longer than a code lasts. Passed on, a proof serves nobody else.
"""

import hmac
import re
import time
import uuid
from typing import Any

from django.core import signing
from django.utils.crypto import salted_hmac

from zhibu.apps.meetings import rules

SALT = "zhibu.meetings.proof"
#: hex digits of the code's mark: 80 bits
LENGTH = 20
WRITTEN = re.compile(r"([0-9a-f]{32})-([0-9]{1,12})-([0-9a-f]{20})")


def code(meeting_uid: Any, now: float | None = None) -> str:
    """Return the code of this moment: the meeting, the seconds, the mark."""
    slot = rules.code_slot(time.time() if now is None else now)
    return f"{uuid.UUID(str(meeting_uid)).hex}-{slot}-{_mark(meeting_uid, slot)}"


def taken(text: str, now: float | None = None) -> uuid.UUID | None:
    """Return the meeting whose wall showed this code a few seconds ago; None for any other text."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return None
    meeting, slot = uuid.UUID(found[1]), int(found[2])
    if not hmac.compare_digest(_mark(meeting, slot), found[3]):
        return None
    return meeting if rules.code_taken(slot, time.time() if now is None else now) else None


def proof(meeting_uid: Any, person_id: int) -> str:
    """Return what this person's browser may sign in with, for minutes."""
    return signing.dumps([str(meeting_uid), person_id], salt=SALT)


def proven(text: str, attendance: Any) -> bool:
    """Tell whether that is a proof for this meeting and this person."""
    try:
        meeting, person = signing.loads(text, salt=SALT, max_age=rules.SCAN_MINUTES * 60)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(meeting == str(attendance.meeting.uid) and person == attendance.person_id)


def _mark(meeting_uid: Any, slot: int) -> str:
    return salted_hmac("zhibu.meetings.code", f"{meeting_uid}:{slot}", algorithm="sha256").hexdigest()[:LENGTH]
