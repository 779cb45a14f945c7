"""The shell alone, without apps and database: `pytest tests/ui --ds=tests.ui.settings`."""

import os
import tempfile

os.environ.setdefault("ZHIBU_DATA", tempfile.mkdtemp(prefix="zhibu-ui-"))

from zhibu.settings import *  # noqa: E402, F403

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "heroicons",
    "csp",
]
TEMPLATES[0]["DIRS"] = [PACKAGE / "kernel" / "templates"]  # noqa: F405
STATICFILES_DIRS = [PACKAGE / "kernel" / "static"]  # noqa: F405
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "tests.ui.urls"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
