"""One settings file. Everything an operator may change is an environment variable with a safe default.

ZHIBU_DATA       folder of the database, files and keys (default: ./var)
ZHIBU_DATABASE   postgres://user:password@host:port/name (default: SQLite in ZHIBU_DATA)
ZHIBU_HOSTS      comma-separated host names the site answers to (default: loopback only)
ZHIBU_HTTPS      1 behind a TLS proxy: secure cookies, HSTS
ZHIBU_DEBUG      1 for developers: error pages and the style page /ui/
ZHIBU_DEMO       1 shows the demo accounts on the log-in page
ZHIBU_IDLE       minutes without a click until one is signed out (default: 30; 0 spares those without any role)
ZHIBU_SMS_URL    address of the SMS gateway (default: no SMS); what it takes is told by ZHIBU_SMS_METHOD, _FORMAT, _BODY,
                 _HEADERS, _SECRET, _SUCCESS, _SIGN, _TIMEOUT, _TRIES: docs/operations.md
ZHIBU_SMS_LOGIN  1 lets people sign in by a code sent to their phone (default: off)
ZHIBU_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _CLAIM, _MATCH, _LABEL, _SCOPE
                 single sign-on (default: off): docs/operations.md
ZHIBU_PASSKEY_HOST  the host name passkeys are made for (default: the one in the address; never change it later)
ZHIBU_MAIL_HOST  mail server (default: no mail), with ZHIBU_MAIL_PORT, _USER, _PASSWORD, _SECURITY, _FROM: docs/operations.md
ZHIBU_CHAT       name of the enterprise chat's adapter, e.g. webhook (default: none), with ZHIBU_CHAT_URL, _SECRET
ZHIBU_DUES_PROVIDER  payment channel for dues by QR code (default: none; in the demonstration the local test provider)
ZHIBU_SITE       address of the site as people type it, for links in mails (default: mails carry no link)
ZHIBU_PROXIES    number of proxies before the site that write X-Forwarded-For (default: 1 with ZHIBU_HTTPS, else 0)
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from zhibu.kernel.collector import starting
from zhibu.kernel.secrets import secret_key

starting()


def _on(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes"}


PACKAGE = Path(__file__).resolve().parent
# whatever process reads these settings, what it writes (database, files, keys, logs, staging) is for its own user only
os.umask(0o077)
DATA = Path(os.environ.get("ZHIBU_DATA") or "var").resolve()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
FILES = DATA / "files"
STAGING = DATA / "staging"
KEYRING = DATA / "keys.json"

SECRET_KEY = secret_key(DATA)
DEBUG = _on("ZHIBU_DEBUG")
DEMO = _on("ZHIBU_DEMO")
DUES_PROVIDER = os.environ.get("ZHIBU_DUES_PROVIDER", "local" if DEMO else "").strip()
IDLE = os.environ.get("ZHIBU_IDLE", "")
_PROXIES = os.environ.get("ZHIBU_PROXIES", "")
PROXIES = int(_PROXIES) if _PROXIES.isdecimal() else int(_on("ZHIBU_HTTPS"))
ALLOWED_HOSTS = [h for h in os.environ.get("ZHIBU_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
SMS_LOGIN = _on("ZHIBU_SMS_LOGIN")
OIDC = {
    name: os.environ.get(f"ZHIBU_OIDC_{name.upper()}", "").strip()
    for name in ("issuer", "client_id", "client_secret", "claim", "match", "label", "scope")
}
PASSKEY_HOST = os.environ.get("ZHIBU_PASSKEY_HOST", "").strip().lower()
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHIBU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",  # its sign-in, middleware and translated password messages; the account is ours
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # widget templates, found by the form renderer
    "django_htmx",
    "django_filters",
    "csp",
    "zhibu.kernel",
    "zhibu.apps.organizations",
    "zhibu.apps.people",
    "zhibu.apps.accounts",
    "zhibu.apps.notices",
    "zhibu.apps.cards",
    "zhibu.apps.custody",
    "zhibu.apps.collection",
    "zhibu.apps.voting",
    "zhibu.apps.petitions",
    "zhibu.apps.membership",
    "zhibu.apps.talks",
    "zhibu.apps.transfers",
    "zhibu.apps.meetings",
    "zhibu.apps.resolutions",
    "zhibu.apps.elections",
    "zhibu.apps.appraisals",
    "zhibu.apps.dues",
    "zhibu.apps.development",
    "zhibu.apps.compliance",
    "zhibu.apps.workbench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhibu.apps.accounts.middleware.SessionWatch",
    "zhibu.apps.accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhibu.kernel.console.leading.LeadOnMiddleware",
    "zhibu.kernel.files.ranges.RangeMiddleware",
]

ROOT_URLCONF = "zhibu.urls"
WSGI_APPLICATION = "zhibu.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "zhibu.kernel.ui.context.shell",
            ],
            "builtins": ["zhibu.kernel.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "zhibu.kernel.ui.forms.ZhibuRenderer"


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "zhibu.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: a transaction that will write takes its lock at once, instead of failing half way
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # for the few statements that ask for it, see kernel.plans; Django's own cursors prepare nothing
        "OPTIONS": {"prepare_threshold": 0},
    }


DATABASES = {"default": _database(os.environ.get("ZHIBU_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# an index that carries a column besides (dues.Posting) is for PostgreSQL; that SQLite leaves it out is known
SILENCED_SYSTEM_CHECKS = ["models.W040"]

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["zhibu.apps.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "zhibu.apps.accounts.validators.LongEnough"},
    {"NAME": "zhibu.apps.accounts.validators.MixedEnough"},
    {"NAME": "zhibu.apps.accounts.validators.NothingOfOneself"},
    {"NAME": "zhibu.apps.accounts.validators.NotUsedLately"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"

SESSION_ENGINE = "zhibu.apps.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _on("ZHIBU_HTTPS")
SECURE_HSTS_SECONDS = 31_536_000 if _on("ZHIBU_HTTPS") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _on("ZHIBU_HTTPS") else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "zhibu.kernel.ui.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [("handbook", PACKAGE / "handbook" / "pictures")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "zhibu.kernel.ui.icons.IconSheetFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

FILE_UPLOAD_PERMISSIONS = 0o600
# Uploads go to disk above this size, sealed; the import and photo limits are checked by kernel.files
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "zhibu.kernel.files.receiving.SealedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# raw texts; kernel.messages.sms.config reads them and says what is wrong with them
SMS = {
    "url": os.environ.get("ZHIBU_SMS_URL", ""),
    "method": os.environ.get("ZHIBU_SMS_METHOD", ""),
    "format": os.environ.get("ZHIBU_SMS_FORMAT", ""),
    "body": os.environ.get("ZHIBU_SMS_BODY", ""),
    "headers": os.environ.get("ZHIBU_SMS_HEADERS", ""),
    "secret": os.environ.get("ZHIBU_SMS_SECRET", ""),
    "success": os.environ.get("ZHIBU_SMS_SUCCESS", ""),
    "sign": os.environ.get("ZHIBU_SMS_SIGN", ""),
    "timeout": os.environ.get("ZHIBU_SMS_TIMEOUT", ""),
    "tries": os.environ.get("ZHIBU_SMS_TRIES", ""),
}

EMAIL_HOST = os.environ.get("ZHIBU_MAIL_HOST", "")
EMAIL_HOST_USER = os.environ.get("ZHIBU_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ZHIBU_MAIL_PASSWORD", "")
MAIL_SECURITY = os.environ.get("ZHIBU_MAIL_SECURITY", "starttls")
EMAIL_USE_TLS = MAIL_SECURITY == "starttls"
EMAIL_USE_SSL = MAIL_SECURITY == "ssl"
_PORT = os.environ.get("ZHIBU_MAIL_PORT", "")
EMAIL_PORT = int(_PORT) if _PORT.isdecimal() else {"ssl": 465, "none": 25}.get(MAIL_SECURITY, 587)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("ZHIBU_MAIL_FROM", "")
CHAT = {
    "name": os.environ.get("ZHIBU_CHAT", ""),
    "url": os.environ.get("ZHIBU_CHAT_URL", ""),
    "secret": os.environ.get("ZHIBU_CHAT_SECRET", ""),
}
SITE = os.environ.get("ZHIBU_SITE", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"zhibu": {"level": "INFO"}, "django.security": {"level": "WARNING"}},
}
