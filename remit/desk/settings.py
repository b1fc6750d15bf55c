"""All settings, in one file, read from typed environment variables. Runs on a fresh clone with no variable set.

Nothing is read from other files except the secrets whose `…_FILE` variable names one, and the web secret that the
first start writes into the data folder. Every variable is described in docs/running.md, and a test says so.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(Exception):
    """An environment variable holds something that cannot be read; the message names it and says what to write."""


def env_text(name: str, default: str = "") -> str:
    """Return the variable as it stands, without surrounding blanks."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool) -> bool:
    """Return true for yes/true/on/1 and false for no/false/off/0, whatever their case."""
    words = {
        "yes": True,
        "true": True,
        "on": True,
        "1": True,
        "no": False,
        "false": False,
        "off": False,
        "0": False,
    }
    text = env_text(name).lower()
    if not text:
        return default
    if text not in words:
        raise BadSetting(f"{name} is {text!r}; write yes or no.")
    return words[text]


def env_int(name: str, default: int, *, lowest: int = 0) -> int:
    """Return a whole number that is at least `lowest`."""
    text = env_text(name)
    if not text:
        return default
    if not text.isdecimal() or int(text) < lowest:
        raise BadSetting(f"{name} is {text!r}; write a whole number from {lowest} up.")
    return int(text)


def env_list(name: str, default: list[str]) -> list[str]:
    """Return the parts between commas, without blanks."""
    text = env_text(name)
    return [part.strip() for part in text.split(",") if part.strip()] if text else default


def env_secret(name: str) -> str:
    """Return the variable, or the contents of the file that `<name>_FILE` names."""
    file = env_text(f"{name}_FILE")
    if not file:
        return env_text(name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE names {file!r}, which cannot be read: {error.strerror}.") from error


def kept_secret(file: Path) -> str:
    """Return the secret kept in `file`; the first call makes it, readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(made := secrets.token_urlsafe(48))
    return made


SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA mmap_size=134217728;"
    "PRAGMA cache_size=-8000;PRAGMA busy_timeout=20000;"
    # Without it INSERT OR REPLACE deletes rows without firing the triggers that keep history whole.
    "PRAGMA recursive_triggers=ON;"
)


def sqlite_database(file: str) -> dict[str, Any]:
    """Return the SQLite settings: write-ahead log, and every transaction takes the write lock at its start, so
    that none fails half-way with "database is locked".
    """
    synchronous = env_text("REMIT_SQLITE_SYNCHRONOUS", "NORMAL").upper()
    if synchronous not in {"NORMAL", "FULL"}:
        raise BadSetting("REMIT_SQLITE_SYNCHRONOUS is NORMAL or FULL.")
    return {
        "ENGINE": "remit.desk.foundation.sqlite",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS.format(synchronous=synchronous),
        },
    }


def postgresql_database(url: str) -> dict[str, Any]:
    """Return the PostgreSQL settings from `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadSetting("REMIT_DATABASE_URL is postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "remit.desk.foundation.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": env_bool("REMIT_DATABASE_POOLED", False),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def smtp_settings(url: str) -> dict[str, Any]:
    """Return Django's mail settings from `smtp://user:password@host:port` (`smtps://` for TLS from the first byte,
    `smtp+starttls://` to change to it); without a URL letters are printed on the console.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
    if parts.scheme not in ports or not parts.hostname:
        raise BadSetting("REMIT_SMTP_URL is smtp://, smtps:// or smtp+starttls://user:password@host:port.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 20,
    }


# -- Where things are ---------------------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env_text("REMIT_DATA_DIR") or BASE_DIR / "var").resolve()
HAS_PUBLIC_URL = bool(env_text("REMIT_PUBLIC_URL", ""))
# Where nobody said it, `serve_desk` puts the address it serves.
PUBLIC_URL = env_text("REMIT_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
IS_SECURE = PUBLIC_URL.startswith("https://")

# -- Django -------------------------------------------------------------------------------------------------------

DEBUG = env_bool("REMIT_DEBUG", False)
SECRET_KEY = env_secret("REMIT_SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
ALLOWED_HOSTS = env_list(
    "REMIT_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", *filter(None, [PUBLIC_HOST])]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, *env_list("REMIT_TRUSTED_ORIGINS", [])]

ROOT_URLCONF = "remit.desk.urls"
WSGI_APPLICATION = "remit.desk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Its templates are found before those of the packages they replace.
    "remit.desk.design",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # Rooms, lowest first
    "remit.desk.foundation",
    "remit.desk.desks",
    "remit.desk.accounts",
    "remit.desk.entitlements",
    "remit.desk.policies",
    "remit.desk.tickets",
    "remit.desk.notifications",
    "remit.desk.channels.email",
    "remit.desk.worker",
    "remit.desk.api",
    "remit.desk.asking",
    "remit.desk.portal",
    "remit.desk.workspace",
    "remit.desk.demo",
]

MIDDLEWARE = [
    "remit.desk.foundation.middleware.RequestMoment",
    "remit.desk.foundation.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "remit.desk.foundation.middleware.PageLanguage",
    "remit.desk.foundation.middleware.RequestGuard",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "remit.desk.foundation.middleware.PrivatePages",
    "remit.desk.foundation.middleware.DeskErrors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# -- Records ------------------------------------------------------------------------------------------------------

DATABASE_URL = env_secret("REMIT_DATABASE_URL")
DATABASES = {
    "default": postgresql_database(DATABASE_URL)
    if DATABASE_URL
    else sqlite_database(str(DATA_DIR / "remit.sqlite3"))
}
# Rate limits must count across processes, so the shared cache is a table in the same database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "foundation_cache"}
}

# -- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "remit.desk.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Remit"
# How many proxies of ours stand before the web process; with none the address of the connection is believed.
TRUSTED_PROXIES = env_int("REMIT_TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

SESSION_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# -- What comes in ------------------------------------------------------------------------------------------------

MAX_BODY_BYTES = env_int("REMIT_MAX_BODY_MB", 30, lowest=1) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# -- What goes out ------------------------------------------------------------------------------------------------

_SMTP = smtp_settings(env_secret("REMIT_SMTP_URL"))
EMAIL_BACKEND = _SMTP["EMAIL_BACKEND"]
EMAIL_HOST = _SMTP.get("EMAIL_HOST", "")
EMAIL_PORT = _SMTP.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _SMTP.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _SMTP.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _SMTP.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _SMTP.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = _SMTP.get("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = env_text("REMIT_FROM_EMAIL", f"remit@{PUBLIC_HOST or 'localhost'}")

# -- Time, language, files ----------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fa", "فارسی")]  # those with a catalogue of ours
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "remit.desk.foundation.gathered.GatheredFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# -- The processes ------------------------------------------------------------------------------------------------

WEB_PROCESSES = env_int("REMIT_WEB_PROCESSES", 1, lowest=1)
WEB_THREADS = env_int("REMIT_WEB_THREADS", 4, lowest=1)
WORKER_POLL_SECONDS = env_int("REMIT_WORKER_POLL_SECONDS", 1, lowest=1)
WORKER_LEASE_SECONDS = env_int("REMIT_WORKER_LEASE_SECONDS", 60, lowest=5)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"as_warning": {"()": "remit.desk.foundation.logs.AsWarning"}},
    "loggers": {
        f"django.security.{name}": {"filters": ["as_warning"]}
        for name in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("REMIT_LOG_LEVEL", "INFO").upper()},
}
