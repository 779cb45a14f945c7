"""Whatever is created and moved in whatever order, paths and parents tell the same tree."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.organizations.helpers import ALL, assert_consistent, do
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.rules import ALLOWED_PARENTS, Kind
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db

CREATE, MOVE = "organizations.organization.create", "organizations.organization.move"

creations = st.tuples(st.just("create"), st.integers(0, 30), st.sampled_from(list(Kind)))
moves = st.tuples(st.just("move"), st.integers(0, 30), st.integers(0, 30))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(creations | moves, min_size=1, max_size=14))
def test_paths_and_parents_agree_after_any_sequence(steps) -> None:
    with transaction.atomic():
        root = create_root(Act(SYSTEM, "organizations.set_up"), name="本单位")
        chief = factories.actor(ALL, root)
        for number, step in enumerate(steps):
            there = list(Organization.objects.system("test").order_by("pk"))
            one, other = there[step[1] % len(there)], step[2]
            with suppress(Refused), transaction.atomic():
                if step[0] == "create":
                    do(CREATE, chief, parent=one, kind=other.value, name=f"组织{number}")
                else:
                    do(MOVE, chief, one, parent=there[other % len(there)])
            assert_consistent()
        for row in Organization.objects.system("test").select_related("parent"):
            above = Kind(row.parent.kind) if row.parent else None
            assert above in ALLOWED_PARENTS[Kind(row.kind)]
        transaction.set_rollback(True)  # each example starts from nothing
