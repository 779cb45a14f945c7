"""Taken up by every Python process of the demonstration behind the handbook's pictures: the day stands still.

Only what Django calls now is moved; signatures, time-outs of sockets and the like keep the real time.
"""

import os
from datetime import datetime, timedelta, timezone

SHIFT = os.environ.get("ZHIBU_PICTURES_SHIFT")
if SHIFT:
    from django.utils import timezone as django_timezone

    def now() -> datetime:
        """Return the moment as it would be on the day of the pictures."""
        return datetime.now(timezone.utc) + timedelta(seconds=float(SHIFT or 0))

    django_timezone.now = now
