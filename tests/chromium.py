"""Where the browser of the browser tests is, on whatever machine they run."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium (ZHIBU_CHROMIUM names another), or None when the machine has none."""
    return os.environ.get("ZHIBU_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
