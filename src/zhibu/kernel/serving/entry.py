"""The WSGI application as a server's own worker process loads it: it ends with the server."""

import os
import signal

from zhibu.kernel.serving.lifeline import PARENT, hold_on_to_parent

if os.environ.get(PARENT):
    # an orphan would hold the port; requests under way roll back
    hold_on_to_parent(os.getppid(), sig=signal.SIGKILL)

from zhibu.kernel.serving.memory import settle, warm
from zhibu.wsgi import application

warm()
settle()

__all__ = ["application"]
