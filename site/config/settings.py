"""Settings. Production is the base: what is not set is safe, what is missing is named at start.

Everything that differs between installations comes from the environment (README, "Configuration").
"""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from pathlib import Path

import environ

from config import logs
from config.database import in_file, opened
from config.environment import Reader

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ENV_FILE = Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env")
if ENV_FILE.is_file():
    environ.Env.read_env(ENV_FILE)  # what the environment says already stays
READER = Reader(os.environ)

# -- What an installation sets ---------------------------------------------------------------------
SECRET_KEY = READER.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = READER.names_list("SECRET_KEY_FALLBACKS")
DEBUG = READER.switch("DEBUG", default=False)
ALLOWED_HOSTS = READER.names_list("ALLOWED_HOSTS")
HTTPS = READER.switch("HTTPS", default=True)
HOST = READER.text("HOST", "127.0.0.1")
PORT = READER.number("PORT", 8000, lowest=1, highest=65535)
BASE_URL = READER.text("BASE_URL", f"http://localhost:{PORT}")
WEB_CONCURRENCY = READER.number("WEB_CONCURRENCY", 2, lowest=1, highest=64)
DATA_DIR = READER.folder("DATA_DIR", BASE_DIR / "var")
DATABASES = {
    "default": opened(READER.database("DATABASE_URL", in_file(DATA_DIR / "db.sqlite3"))),
}
SITE_NAME = READER.text("SITE_NAME", "Weißenfelser Weg")
LOG_LEVEL = READER.choice("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))

# -- What there is ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "pages",
    "cases",
    "inspections",
    "buildings",
    "people",
    "backoffice",
    "exchange",
    "history",
    "access",
    "catalogue",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail_modeladmin",
    "wagtail.contrib.forms",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "django_filters",
    "import_export",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pages.middleware.LanguageFromPathMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "history.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Who signs in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# -- Languages -------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch"), ("ro", "Română")]
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "site" / "config" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# -- Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
NPM_STATIC = [  # prefix under STATIC_URL, folder in node_modules, what is taken from it
    ("kern", "@kern-ux/native/dist", ("kern.min.css",)),
    (
        "fira-sans",
        "@fontsource/fira-sans",
        ("400.css", "600.css", "files/*-400-normal.woff*", "files/*-600-normal.woff*"),
    ),
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pages.npm.NpmFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"  # uploads of staff; never served by a web server
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}

# -- Transport and browser -------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # monitoring asks gunicorn itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 10 * 60 * 60
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows previews in a frame of its own

# -- Wagtail ---------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILIMAGES_IMAGE_MODEL = "pages.PortalImage"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]  # no SVG: it can carry scripts
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
PORTAL_OFFER_CONFIRMED_DAYS = 183  # so long a confirmed offer counts as confirmed
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no hash of an officer's address leaves the house
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_PASSWORD_RESET_ENABLED = False

# -- Work outside the request ----------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
PERIODIC_TASKS = {  # task → how often the worker queues it (config.clock)
    "config.tasks.prune_task_results": timedelta(days=1),
}

# -- What is logged --------------------------------------------------------------------------------
LOGGING = logs.configuration(LOG_LEVEL)
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # RequestLog has replaced it with our own
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG

# -- Django's own advice that does not fit ---------------------------------------------------------
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # previews of pages are frames of our own
    "security.W021",  # HSTS preload is the decision of whoever owns the whole domain
]
if not HTTPS:  # config.E010 refuses that for any host others can reach
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
