"""What Python's collector is told of a process that answers requests."""

import gc

#: new objects before the young ones are looked at: a page makes tens of thousands, nearly all gone by themselves
YOUNG = 20_000


def settle() -> None:
    """Leave out of every later look what is loaded by now: it stays as long as the process, and is most of what there is."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
