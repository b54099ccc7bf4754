"""The only settings file. It reads every operator's setting from the environment.

docs/settings.md explains each variable; a test compares the two.
"""

from pathlib import Path
from typing import Any, Literal

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from mnistsite import cassandra, env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- This project's own settings
# -------------------------------------------------------------------------------
ADDRESS = env.address("MNIST_SERVER_ADDRESS", "127.0.0.1")
PORT = env.integer("MNIST_SERVER_PORT", 8888, at_least=1, at_most=65535)
WORKERS = env.integer("WEB_CONCURRENCY", 2, at_least=1)
STATE_DIR = env.folder("MNIST_SERVER_STATE_DIR", BASE_DIR / "var")
MNIST_PARAMETERS = env.path("MNIST_SERVER_PARAMETERS", BASE_DIR / "recognizer/parameters/lenet.params")
COMPILED_DIRS = [BASE_DIR / "var" / "compiled", STATE_DIR / "compiled"]
"""Where compiled code is: what the set-up makes for all sites, and the site's own."""
MNIST_DATA_DIR = env.path("MNIST_SERVER_DATA_DIR", STATE_DIR / "mnist")
MAX_DRAWING_BYTES = env.integer("MNIST_SERVER_MAX_DRAWING_BYTES", 1_000_000, at_least=1_000)
MAX_DRAWING_PIXELS = env.integer("MNIST_SERVER_MAX_DRAWING_PIXELS", 4_194_304, at_least=784)
MAX_BODY_BYTES = 2 * MAX_DRAWING_BYTES + 500_000
"""Base64 enlarges a drawing by a third; the rest is for its strokes."""


# --- The history's stores ----------------------------------------------------------------------------
HISTORY_BYTES = env.integer("MNIST_SERVER_HISTORY_BYTES", 0, at_least=0)
"""Size limit of the embedded store, in bytes; 0 for none."""

BACKUP_DAYS = env.integer("MNIST_SERVER_BACKUP_DAYS", 30, at_least=0, at_most=36_500)
"""Number of days for which deletions are remembered, so that no backup brings back what was deleted."""

HISTORY_STORES: dict[str, dict[str, Any]] = {
    "embedded": {
        "BACKEND": "history.stores.sqlite.store.SQLiteStore",
        "OPTIONS": {
            "path": STATE_DIR / "history.sqlite3",
            "max_bytes": HISTORY_BYTES or None,
            "remember_days": BACKUP_DAYS,
        },
    }
}
HISTORY_STORE = "embedded"
OUTBOX_FILE = STATE_DIR / "outbox.sqlite3"
HISTORY_OUTBOX: dict[str, Any] | None = None
"""For records that the store does not accept in time. The embedded store, on the same disk, needs none."""

HISTORY_KEEP_DAYS = env.integer("MNIST_SERVER_KEEP_DAYS", 0, at_least=0, at_most=36_500)
"""Number of whole days after which drawings are deleted; 0 for never."""

CASSANDRA_HOSTS = env.names("MNIST_SERVER_DB_ADDRESS")
CASSANDRA_TIMEOUT_S = env.integer("MNIST_SERVER_DB_TIMEOUT_MS", 2_000, at_least=100, at_most=60_000) / 1000
OUTBOX_BYTES = env.integer("MNIST_SERVER_OUTBOX_BYTES", 1_000_000_000, at_least=1_000_000)
CASSANDRA = cassandra.database(CASSANDRA_HOSTS, timeout_s=CASSANDRA_TIMEOUT_S)  # An entry of DATABASES.
if CASSANDRA_HOSTS:
    HISTORY_STORES["cassandra"] = {
        "BACKEND": "history.stores.cassandra.store.CassandraStore",
        "OPTIONS": {
            "database": CASSANDRA,
            "timeout_s": CASSANDRA_TIMEOUT_S,
            "remember_days": BACKUP_DAYS,
        },
    }
    HISTORY_STORE = "cassandra"
    HISTORY_OUTBOX = {"path": OUTBOX_FILE, "max_bytes": OUTBOX_BYTES}

# --- Security ---------------------------------------------------------------------------------------------
DEBUG = env.boolean("MNIST_SERVER_DEBUG", False)
SECRET_KEY = env.secret("MNIST_SERVER_SECRET_KEY", STATE_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.secrets_of("MNIST_SERVER_SECRET_KEY_FALLBACKS")
# Always allows this machine, for health checks.
ALLOWED_HOSTS = [*env.hosts("MNIST_SERVER_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CORS_ALLOWED_ORIGINS = env.origins("MNIST_SERVER_CORS_ORIGINS")
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/api/"
PROXIES = env.networks("MNIST_SERVER_PROXIES")
RATE_LIMIT = env.integer("MNIST_SERVER_RATE_LIMIT", 600, at_least=0, at_most=1_000_000)
"""What an address may use in ten seconds, in units of mnistsite/rate_limits.py; 0 for no limit."""
BEHIND_HTTPS = env.boolean("MNIST_SERVER_HTTPS", False)
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^api/"]
"""Pages are redirected; mnistsite.headers refuses requests of the API."""
SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains, and in the browsers' preload list, binds the operator's other sites too, and cannot
    # be taken back soon. The proxy may send such a header in place of this site's.
    "security.W005",
    "security.W021",
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_AGE = 12 * 3600
"""Only staff have sessions."""

VISITOR_COOKIE_NAME = "visitor"
VISITOR_COOKIE_AGE = 180 * 24 * 3600
# Browsers send the cookie from pages of other allowed origins only with SameSite=None, which requires HTTPS.
VISITOR_COOKIE_SAMESITE: Literal["None", "Lax"] = "None" if BEHIND_HTTPS and CORS_ALLOWED_ORIGINS else "Lax"
X_FRAME_OPTIONS = "DENY"
CSP_REPORT_PATH = "/csp-report/"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # Not the newer "report-to": with it, Chromium reports nothing from a site without HTTPS.
        "report-uri": [CSP_REPORT_PATH],
    }
}

# --- Django -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "recognizer",
    "history",
    "management",
    "rest_framework",
    "corsheaders",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    *(
        ["django_cassandra_engine"] if CASSANDRA_HOSTS else []
    ),  # After management, whose sync_cassandra takes precedence.
]
MIDDLEWARE = [
    "mnistsite.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mnistsite.rate_limits.RateLimitMiddleware",
    "mnistsite.headers.HTTPSForAPIMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "history.middleware.VisitorMiddleware",
    "history.middleware.HistoryUnavailableMiddleware",
]
ROOT_URLCONF = "mnistsite.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": STATE_DIR / "site.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    },
    **({"cassandra": CASSANDRA} if CASSANDRA_HOSTS else {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["mnistsite.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["mnistsite.parsing.JSONOfAnyTypeParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "mnistsite.parsing.AlwaysJSON",
    "EXCEPTION_HANDLER": "mnistsite.errors.answer_error",
}
FAST_PATH = "recognizer.fast_path.FastPath" if env.boolean("MNIST_SERVER_FAST_PATH", True) else ""
"""What answers usual drawings in the event loop; empty if Django's views answer them all."""
LOG_LEVEL = env.choice("MNIST_SERVER_LOG_LEVEL", "INFO", of=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discretion"]}
    },
    "filters": {"discretion": {"()": "mnistsite.logs.Discretion"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # The driver logs every attempt to reach each node, with tracebacks; the history logs the important
    # events.
    "loggers": {"cassandra": {"level": "DEBUG" if LOG_LEVEL == "DEBUG" else "CRITICAL"}},
}

# --- Languages and files ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("MNIST_SERVER_TIME_ZONE", "UTC")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mnistsite.staticfiles.HashedModulesStorage"},
}
