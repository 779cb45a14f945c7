"""Just enough settings to try the guard on models of its own. SQLite in memory, or PostgreSQL by ZHIBU_DATABASE.

pytest tests/scope --ds=tests.scope.settings
"""

import os
from urllib.parse import unquote, urlsplit

SECRET_KEY = "tests only"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "tests.scope.app"]

_server = urlsplit(os.environ.get("ZHIBU_DATABASE", ""))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _server.path.lstrip("/"),
        "USER": unquote(_server.username or ""),
        "PASSWORD": unquote(_server.password or ""),
        "HOST": _server.hostname or "",
        "PORT": _server.port or "",
    }
    if _server.scheme
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
}
