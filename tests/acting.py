"""Acts through their forms, as the pages send them."""

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from zhibu.kernel import audit


def post(client: Client, code: str, obj: Any = None, **data: Any) -> Any:
    """Submit an act's form; `rev` is that of `obj` as the test holds it, unless given."""
    url = reverse("action", args=[code]) if obj is None else reverse("action-on", args=[code, obj.uid])
    sent = {"key": str(uuid.uuid4()), "rev": getattr(obj, "rev", ""), "seen": audit.last_id(), **data}
    return client.post(url, sent)
