"""What a process that answers requests loads beforehand, and what Python's collector is told of it."""

import gc

from django.apps import apps

#: new objects before the young ones are looked at: a page makes tens of thousands, nearly all gone by themselves
YOUNG = 20_000


def settle() -> None:
    """Leave out of every later look what is loaded by now: it stays as long as the process, and is most of what there is."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


def warm() -> None:
    """Let every app that has a `warm` load what it loads late, for the sake of short commands."""
    for config in apps.get_app_configs():
        if load := getattr(config, "warm", None):
            load()
