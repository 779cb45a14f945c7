"""What Python's collector is told of the loading of a process, and of its end.

Modules, classes and models are made by the hundred thousand, and none is ever garbage: looking through them again and again
was a third of the time that a command took.
"""

import atexit
import gc


def starting() -> None:
    """Let the collector rest while the process loads itself, and leave what is left at its end to the system.

    For the settings, which every process reads first; whoever reads them loads the apps next.
    """
    gc.disable()
    atexit.register(gc.freeze)


def started() -> None:
    """Let the collector look again, at what is made from now on."""
    gc.freeze()
    gc.enable()
