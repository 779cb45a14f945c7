"""Sessions in Django's table under a keyed hash of the cookie: who reads the database or a backup can use none of them.

The engine of settings.SESSION_ENGINE; Django looks for the name `SessionStore`. The site is WSGI: Django's asynchronous
twins of these methods are never called and would find nothing.
"""

from functools import cache
from typing import Any, cast

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from zhibu.kernel.crypto import blind
from zhibu.kernel.prepared import WORD, One

#: as long as the column
BYTES = 20


def stored(session_key: str) -> str:
    """Return under what the session of a cookie lies in the table."""
    return blind(session_key, "session", BYTES).hex()


@cache
def _kept() -> One[Session]:
    """Return the question for the session under the key in the hole; every page asks it."""
    return One(Session.objects.filter(session_key=WORD))


class SessionStore(db.SessionStore):
    """Django's store, but the cookie itself is nowhere written."""

    def _get_session_from_db(self) -> Session | None:
        cookie = self._session_key
        found = _kept().find(word=stored(cookie)) if cookie else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast("Session", super().create_model_instance(data))
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.forget(stored(key))

    @classmethod
    def forget(cls, stored_key: str) -> None:
        """Erase a session by what stands in the table."""
        Session.objects.filter(session_key=stored_key).delete()
