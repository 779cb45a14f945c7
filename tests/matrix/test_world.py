"""The world is only as good as its marks: every model that holds text has a marked row on the other side."""

import pytest
from django.apps import apps
from django.db import models

from tests.matrix import apps as brought
from tests.matrix.sensitive import MARKS, SECRETS
from tests.matrix.world import World
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.scope import ScopedModel

pytestmark = pytest.mark.django_db

#: what says nothing about any organisation or person: reference data, counters, seals, and the content of files
NOBODYS = {
    "accounts.Role", "kernel.Holiday", "kernel.HolidayYear", "kernel.RememberedHeader", "kernel.NumberSeries", "kernel.JobSchedule",
    "kernel.Submission", "kernel.AuditSeal", "kernel.AuditUnsealed", "kernel.Blob", "accounts.FailureCounter",
    "accounts.SendCounter",
    *brought.named("NOBODYS"),
}  # fmt: skip
TEXTS = (models.CharField, models.TextField, models.JSONField, SealedTextField)
OURS = [model for model in apps.get_models() if model.__module__.startswith("zhibu.")]
WITH_TEXT = [
    model
    for model in OURS
    if model._meta.label not in NOBODYS
    and any(isinstance(f, TEXTS) and not f.choices and f.name != "lease_owner" for f in model._meta.concrete_fields)
]


@pytest.mark.parametrize("model", WITH_TEXT, ids=lambda m: m._meta.label)
def test_every_model_with_text_has_a_marked_row(world: World, model: type[models.Model]) -> None:
    fields = [f for f in model._meta.concrete_fields if isinstance(f, TEXTS) and not f.choices]
    manager = model._default_manager
    rows = manager.system("test") if issubclass(model, ScopedModel) else manager.all()
    texts = " ".join(str(getattr(row, f.attname)) for row in rows for f in fields)
    plain = [f.name for f in fields if f.name not in {"code", "kind", "field", "permission", "object_id"}]
    if plain:
        assert any(mark in texts for mark in MARKS), f"{model._meta.label}: {plain}"


def test_every_guarded_model_has_a_row_on_the_other_side(world: World) -> None:
    empty = [m._meta.label for m in OURS if issubclass(m, ScopedModel) and not m.objects.system("test").exists()]
    assert empty == []


def test_the_secrets_are_there_to_be_seen(world: World) -> None:
    """A secret that no page could show would prove nothing."""
    person = world.subject
    shown = [str(getattr(person, f.attname)) for f in person._meta.concrete_fields]
    for relation in ("relatives", "health_notes", "bank_accounts", "conduct", "educations", "work_periods"):
        for row in getattr(person, relation).system("test"):
            shown += [str(getattr(row, f.attname)) for f in row._meta.concrete_fields]
    missing = [texts[0] for texts in SECRETS.values() if not any(texts[0] in text for text in shown)]
    assert missing == []
