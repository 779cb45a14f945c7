"""Events run inside the transaction, in declared order, and can forbid the act."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from zhibu.kernel.actions.errors import Refused
from zhibu.kernel.events import Event, Veto, catalogue, isolated, publish, subscribe


@pytest.fixture(autouse=True)
def forgotten_afterwards() -> Iterator[None]:
    with isolated():
        yield


@pytest.fixture
def retired() -> type[Event]:
    @dataclass(frozen=True)
    class Retired(Event):
        """Somebody retired. Published by the test."""

        person_id: int

    return Retired


def from_module(name: str, act: Callable[[], None]) -> Callable[[Event], None]:
    """A handler that looks as if it were defined in that module."""

    def handle(event: Event) -> None:
        act()

    handle.__module__ = name
    handle.__qualname__ = f"handle_{name}"
    return handle


@pytest.mark.django_db
def test_handlers_run_at_once_and_read_the_event(retired: type[Event]) -> None:
    seen: list[Event] = []
    subscribe(retired)(seen.append)
    with transaction.atomic():
        publish(retired(person_id=7))  # type: ignore[call-arg]
        assert seen == [retired(person_id=7)]  # type: ignore[call-arg]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_published(retired: type[Event]) -> None:
    seen: list[Event] = []
    subscribe(retired)(seen.append)
    with pytest.raises(RuntimeError, match="outside a transaction"):
        publish(retired(person_id=7))  # type: ignore[call-arg]
    assert seen == []


@pytest.mark.django_db
def test_order_follows_installed_apps_not_subscription(retired: type[Event]) -> None:
    order: list[str] = []
    for name in ("zhibu.apps.people.late", "elsewhere", "zhibu.apps.organizations.early", "zhibu.kernel.first"):
        subscribe(retired)(from_module(name, lambda name=name: order.append(name)))  # type: ignore[misc]
    with transaction.atomic():
        publish(retired(person_id=1))  # type: ignore[call-arg]
    assert order == ["zhibu.kernel.first", "zhibu.apps.organizations.early", "zhibu.apps.people.late", "elsewhere"]


@pytest.mark.django_db(transaction=True)
def test_a_handler_forbids_the_act_and_the_later_ones_do_not_run(retired: type[Event]) -> None:
    from zhibu.kernel.numbering import next_number

    def forbid() -> None:
        raise Veto("本月工资已锁定")

    later: list[str] = []
    subscribe(retired)(from_module("zhibu.kernel.a", forbid))
    subscribe(retired)(from_module("zhibu.kernel.b", lambda: later.append("ran")))

    @transaction.atomic
    def retire() -> None:
        next_number("retirement", 2026)
        publish(retired(person_id=1))  # type: ignore[call-arg]

    with pytest.raises(Refused, match="本月工资已锁定"):
        retire()
    assert later == []
    with transaction.atomic():
        assert next_number("retirement", 2026) == 1  # what the act did before was rolled back


@pytest.mark.django_db
def test_events_in_a_circle_are_stopped(retired: type[Event]) -> None:
    subscribe(retired)(publish)
    with pytest.raises(RuntimeError, match="circle"), transaction.atomic():
        publish(retired(person_id=1))  # type: ignore[call-arg]
    with isolated(), transaction.atomic():  # and the depth is counted down again
        publish(type("Quiet", (retired,), {})(person_id=2))


def test_the_same_handler_twice_is_a_mistake(retired: type[Event]) -> None:
    subscribe(retired)(publish)
    with pytest.raises(ValueError, match="already handles"):
        subscribe(retired)(publish)


def test_the_catalogue_names_event_meaning_fields_and_handlers(retired: type[Event]) -> None:
    subscribe(retired)(from_module("zhibu.apps.people.x", lambda: None))
    subscribe(retired)(from_module("zhibu.kernel.y", lambda: None))
    [line] = [line for line in catalogue() if line.meaning == "Somebody retired. Published by the test."]
    assert line.name.endswith("Retired")
    assert line.fields == ("person_id",)
    assert line.handlers == ("zhibu.kernel.y.handle_zhibu.kernel.y", "zhibu.apps.people.x.handle_zhibu.apps.people.x")


def test_every_event_of_the_product_says_what_it_means() -> None:
    silent = [line.name for line in catalogue() if line.name.startswith("zhibu.") and not line.meaning]
    assert silent == []
