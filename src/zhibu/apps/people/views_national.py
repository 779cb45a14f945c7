"""The file of members in the national system's layout."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from zhibu.apps.people.models.national import PERMISSION
from zhibu.apps.people.national_export import REVEAL
from zhibu.apps.people.national_layout import layout
from zhibu.apps.people.national_members import EXPORT
from zhibu.apps.people.services.national import EXPORT_JOB
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.files.models import Blob
from zhibu.kernel.jobs.models import Job


@require_GET
def download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send a finished file, to the one who asked for it and still may write such files."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None or not all(map(actor.may, (PERMISSION, EXPORT, REVEAL))):
        raise Http404
    mine = Job.objects.visible_to(actor).filter(
        kind=EXPORT_JOB, requested_by_id=actor.account_id, uid=uid, state="done"
    )
    job: Any = mine.first()
    if job is None:
        raise Http404
    name = f"{layout(job.payload['layout']).label}-{localdate(job.finished_at).isoformat()}.xlsx"
    return files.serve_blob(Blob.objects.get(pk=job.result["blob"]), name=name)
