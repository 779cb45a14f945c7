"""What nobody can need any more goes at night."""

import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import now

from zhibu.kernel.actions.models import Submission
from zhibu.kernel.upkeep import KEPT_DAYS, forget_submissions


@pytest.mark.django_db
def test_old_submission_keys_are_forgotten_and_recent_ones_kept() -> None:
    old, recent = (Submission.objects.create(key=uuid.uuid4(), action="x") for _ in range(2))
    Submission.objects.filter(pk=old.pk).update(at=now() - timedelta(days=KEPT_DAYS + 1))
    forget_submissions()
    assert [row.pk for row in Submission.objects.all()] == [recent.pk]
