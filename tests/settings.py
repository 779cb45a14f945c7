"""The platform's settings for a test run: a data folder of its own, and an app of small models to try the guard on.

Nothing a developer has exported reaches the tests but what is kept below. Processes that a test starts keep the data folder
which the test names for them; each worker of pytest-xdist has its own.
"""

import atexit
import os
import shutil
import tempfile

_RUN = os.environ.get("PYTEST_XDIST_WORKER", "main")

if os.environ.get("ZHIBU_TEST_RUN") != _RUN:
    kept = ("ZHIBU_DATABASE", "ZHIBU_CRASH_RUNS", "ZHIBU_CHROMIUM")
    for name in [name for name in os.environ if name.startswith("ZHIBU_") and name not in kept]:
        del os.environ[name]
    os.environ["ZHIBU_TEST_RUN"] = _RUN
    os.environ["ZHIBU_DATA"] = tempfile.mkdtemp(prefix="zhibu-test-")
    atexit.register(shutil.rmtree, os.environ["ZHIBU_DATA"], ignore_errors=True)

from zhibu.settings import *  # noqa: E402, F403
from zhibu.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.scope.app"]
