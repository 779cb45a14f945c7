"""The bus behind `zhibu.kernel.events`; see the package docstring."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection

from zhibu.kernel.actions.errors import Refused

MAX_DEPTH = 8

_types: list[type["Event"]] = []
_handlers: dict[type["Event"], list[Callable[[Any], None]]] = {}
_depth: ContextVar[int] = ContextVar("zhibu_event_depth", default=0)


@dataclass(frozen=True)
class Event:
    """Base of all events: a frozen dataclass that says in its docstring what has happened and who publishes it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _types.append(cls)


E = TypeVar("E", bound=Event)


class Veto(Refused):
    """A handler forbids the act: everything rolls back, and the user reads why and what to do."""


@dataclass(frozen=True)
class Listing:
    """One line of the catalogue: the event, what it means, its fields and its handlers in the order they run."""

    name: str
    meaning: str
    fields: tuple[str, ...]
    handlers: tuple[str, ...]


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler of exactly this event type (not of its subclasses). Call it from AppConfig.ready.

    Raises ValueError when the same function is subscribed twice.
    """

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        handlers = _handlers.setdefault(event_type, [])
        if any(_name(known) == _name(function) for known in handlers):
            raise ValueError(f"{_name(function)} already handles {_name(event_type)}")
        handlers.append(function)
        return function

    return register


def publish(event: Event) -> None:
    """Run every handler of the event now, inside the caller's transaction.

    Raises RuntimeError outside a transaction (half an act could stay behind) and when events call each other in a
    circle. Whatever a handler raises goes through and rolls the transaction back: that is its veto.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{_name(type(event))} published outside a transaction")
    depth = _depth.get()
    if depth >= MAX_DEPTH:
        raise RuntimeError(f"{_name(type(event))}: events publish one another in a circle")
    token = _depth.set(depth + 1)
    try:
        for handler in _in_order(type(event)):
            handler(event)
    finally:
        _depth.reset(token)


def catalogue() -> list[Listing]:
    """Return every declared event with its meaning, fields and handlers, by name."""
    return sorted(
        (
            Listing(
                name=_name(event_type),
                meaning=inspect.cleandoc(event_type.__doc__ or ""),
                fields=tuple(getattr(event_type, "__dataclass_fields__", {})),
                handlers=tuple(_name(handler) for handler in _in_order(event_type)),
            )
            for event_type in _types
        ),
        key=lambda listing: listing.name,
    )


@contextmanager
def isolated() -> Iterator[None]:
    """For tests: subscriptions and event types made inside the block are forgotten behind it."""
    types, handlers = list(_types), {event_type: list(known) for event_type, known in _handlers.items()}
    try:
        yield
    finally:
        _types[:] = types
        _handlers.clear()
        _handlers.update(handlers)


def _in_order(event_type: type[Event]) -> list[Callable[[Any], None]]:
    # sorted() is stable: within one app the order of subscription stays
    return sorted(_handlers.get(event_type, ()), key=_app_place)


def _app_place(handler: Callable[[Any], None]) -> int:
    config = apps.get_containing_app_config(handler.__module__ or "")
    places = list(apps.app_configs.values())
    return places.index(config) if config else len(places)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"
