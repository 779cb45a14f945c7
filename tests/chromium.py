"""Where the browser of the browser tests is, on whatever machine they run."""

import os
import shutil

#: for a browser without a screen that keeps to itself
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: the shell draws the same pages without the rest of the browser, a fifth faster
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium (ZHIBU_CHROMIUM names another), or None when the machine has none."""
    return os.environ.get("ZHIBU_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
