"""The platform's settings for a test run: a data folder of its own, and an app of small models to try the guard on.

Nothing a developer has exported reaches the tests but ZHIBU_DATABASE. Processes that a test starts keep the data folder
which the test names for them; each worker of pytest-xdist has its own.
"""

import atexit
import os
import shutil
import tempfile

_RUN = os.environ.get("PYTEST_XDIST_WORKER", "main")

if os.environ.get("ZHIBU_TEST_RUN") != _RUN:
    for name in ("ZHIBU_HOSTS", "ZHIBU_ORIGINS", "ZHIBU_HTTPS", "ZHIBU_DEBUG", "ZHIBU_DEMO"):
        os.environ.pop(name, None)
    os.environ["ZHIBU_TEST_RUN"] = _RUN
    os.environ["ZHIBU_DATA"] = tempfile.mkdtemp(prefix="zhibu-test-")
    atexit.register(shutil.rmtree, os.environ["ZHIBU_DATA"], ignore_errors=True)

from zhibu.settings import *  # noqa: E402, F403
from zhibu.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.scope.app"]
