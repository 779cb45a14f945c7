"""What hangs on a record: written by services, seen by those who hold its permission over its organisation."""

import uuid
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.utils import timezone

from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.files.names import display_name


def attach(
    obj: Model, blob: Blob, *, name: str, permission: str, actor: Actor, organization_id: int | None = None
) -> Attachment:
    """Hang `blob` on `obj` in the running transaction; the service writes the audit line.

    organization_id: where it is seen (default: the record's own); permission: who may see it there.
    """
    attachment: Attachment = Attachment.objects.create(
        blob=blob,
        organization_id=organization_id or getattr(obj, "organization_id", None),
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        name=display_name(name, blob.mime),
        permission=permission,
        uploaded_by_id=actor.account_id,
    )
    return attachment


def remove(attachment: Attachment) -> None:
    """Take the attachment away; its content is collected once no backup can want it (see `collect`)."""
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])


def attached(actor: Actor, obj: Model) -> list[Attachment]:
    """Return what hangs on `obj` and the actor may see, oldest first; one query for each permission on it."""
    on_it = {"object_type": obj._meta.label, "object_id": str(obj.pk), "removed_at": None}
    permissions = Attachment.objects.system("permissions needed").filter(**on_it).values_list("permission", flat=True)
    found: list[Attachment] = []
    for permission in set(permissions):
        seen = Attachment.objects.visible_to(actor, permission).filter(**on_it, permission=permission)
        found.extend(seen.select_related("blob"))
    return sorted(found, key=lambda attachment: attachment.pk)


def get_attachment(actor: Actor, uid: uuid.UUID) -> Attachment:
    """Return the attachment if the actor holds its permission over its organisation, else raise Http404."""
    needed: Any = Attachment.objects.system("permission needed").filter(uid=uid, removed_at=None)
    permission = needed.values_list("permission", flat=True).first()
    if permission:
        seen = Attachment.objects.visible_to(actor, permission).select_related("blob").filter(uid=uid).first()
        if seen is not None:
            attachment: Attachment = seen
            return attachment
    raise Http404
