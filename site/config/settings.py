"""Settings. Production is the base: what is not set is safe, what is missing is named at start.

Everything that differs between installations comes from the environment (README, "Configuration").
"""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO

from config import logs
from config.database import in_file, opened
from config.environment import Reader

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ENV_FILE = Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env")
if ENV_FILE.is_file():
    environ.Env.read_env(ENV_FILE)  # what the environment says already stays
READER = Reader(os.environ)
HOLIDAY_REGIONS = (  # ISO 3166-2:DE
    *("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV"),
    *("NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"),
)

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
RENDERED_DIR = READER.folder("RENDERED_DIR", DATA_DIR / "rendered")
SITE_NAME = READER.text("SITE_NAME", "Weißenfelser Weg")
MFA_REQUIRED = READER.switch("MFA_REQUIRED", default=True)
TRUSTED_PROXIES = READER.number("TRUSTED_PROXIES", 0, lowest=0, highest=9)
IMPORT_MAX_BYTES = READER.number("IMPORT_MAX_BYTES", 25 * 1024**2, lowest=1024, highest=1024**3)
IMPORT_MAX_ROWS = READER.number("IMPORT_MAX_ROWS", 200_000, lowest=1, highest=5_000_000)
IMPORT_KEEP = READER.number("IMPORT_KEEP", 30, lowest=1, highest=3650)  # days
EXPORT_DIRECT_ROWS = READER.number("EXPORT_DIRECT_ROWS", 20_000, lowest=0, highest=1_000_000)
EXPORT_KEEP = READER.number("EXPORT_KEEP", 24, lowest=1, highest=24 * 30)  # hours
HOLIDAY_REGION = READER.choice("HOLIDAY_REGION", "ST", choices=HOLIDAY_REGIONS)
REPORTS_UNIT = READER.text("REPORTS_UNIT", "inspection")  # code of the unit that reports go to
LOG_LEVEL = READER.choice("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))

# -- What there is ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "pages",
    "cases",
    "inspections",
    "buildings",
    "people",
    "agenda",
    "papers",
    "law",
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
    "access.accounts.AccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.api.v2",
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "backoffice.csp.BrowserPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pages.middleware.CompressedPages",
    "config.outage.NoDoorWithoutDatabase",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pages.middleware.LanguageFromPathMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "history.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "access.middleware.SessionLimits",
    "allauth.account.middleware.AccountMiddleware",
    "access.middleware.SecondFactorRequired",
    "pages.translating.telling.TellWhatIsUnfinished",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
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
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "access.backends.RolesBackend",
]
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
SESSION_COOKIE_AGE = 10 * 60 * 60  # from signing in, whatever is done
SESSION_IDLE_AGE = 30 * 60
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
ACCOUNT_ADAPTER = "access.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "access.sign_in.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/h/key"}  # access.guessing
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "access.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "access.second_factor.CodeForm",
    "reauthenticate": "access.second_factor.ConfirmCodeForm",
    "add_webauthn": "access.second_factor.KeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ by half a minute
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "access.guessing.counted_name"
AXES_CLIENT_IP_CALLABLE = "access.guessing.client_address"
AXES_LOCKOUT_CALLABLE = "access.guessing.locked_response"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "next"]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
CACHES = {  # shared by all processes: limits and used codes count for every one of them
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # at the default of 300 a flood would wipe the limits
    },
}

# -- Languages -------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [  # each under the name its readers give it
    ("de", "Deutsch"),
    ("de-simple", "Deutsch (Leichte Sprache)"),
    ("ro", "Română"),
    ("bg", "Български"),
    ("pl", "Polski"),
    ("en", "English"),
]
LANG_INFO["de-simple"] = {  # a registered variant of German that Django does not list
    **LANG_INFO["de"],
    "code": "de-simple",
    "name": "German (easy language)",
    "name_local": "Deutsch (Leichte Sprache)",
}
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "site" / "config" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# -- Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
NPM_STATIC = [  # prefix under STATIC_URL, folder in node_modules, what is taken from it, pruned?
    ("kern", "@kern-ux/native/dist", ("kern.min.css",), True),
    (
        "fira-sans",
        "@fontsource/fira-sans",
        ("latin-400.css", "latin-600.css", "files/*-latin-[46]00-normal.woff*"),
    ),
]
PAPER_FONTS = [  # what letters are printed with; never the machine's own typefaces
    NODE_MODULES / "@expo-google-fonts" / folder
    for folder in (
        "fira-sans/400Regular",
        "fira-sans/700Bold",
        "noto-sans/400Regular",
        "noto-sans/700Bold",
        "ibm-plex-sans-arabic/400Regular",
        "ibm-plex-sans-arabic/700Bold",
        "noto-sans-arabic/400Regular",
        "noto-sans-arabic/700Bold",
        "noto-emoji/400Regular",
    )
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pages.npm.NpmFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"  # uploads of staff; never served by a web server
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's page needs our stylesheets
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}
FILE_UPLOAD_HANDLERS = [
    "exchange.uploads.CappedUpload",  # before all others: stops a 200 MB table at 25
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# -- Transport and browser -------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # monitoring asks gunicorn itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "pages.errors.form_not_ours"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows previews in a frame of its own
CONTENT_SECURITY_POLICY = {  # the portal's; the admin's is in backoffice.csp
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
        "upgrade-insecure-requests": HTTPS,
    },
}
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)

# -- Wagtail ---------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_FINISH_WORKFLOW_ACTION = "pages.releasing.publish_released"
WAGTAILIMAGES_IMAGE_MODEL = "pages.PortalImage"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]  # no SVG: it can carry scripts
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
PORTAL_OFFER_CONFIRMED_DAYS = 183  # so long a confirmed offer counts as confirmed
PORTAL_OFFER_GRACE_DAYS = 28  # so much longer it is shown, as not confirmed; then it is hidden
PORTAL_CHECK_DAYS = 183  # so long after its last check a page is due to be checked again
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no hash of an officer's address leaves the house
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# To read and to fill in: nothing from the city's own address runs, or opens as a page of it.
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "ods", "odt", "pdf", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024**2
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # at /konto/, see access.views.AccountView
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "/konto/anmelden/"
# Passwords that many share lie readable in the database, and nobody counts wrong ones.
WAGTAIL_PRIVATE_PAGE_OPTIONS = WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILAPI_BASE_URL = BASE_URL
WAGTAILAPI_LIMIT_MAX = 100
WAGTAILAPI_RICH_TEXT_FORMAT = "html"
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"

# -- Work outside the request ----------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
PERIODIC_TASKS = {  # task → how often the worker queues it (config.clock)
    "agenda.tasks.erase_outdated_requests": timedelta(days=1),
    "agenda.tasks.remind_of_deadlines": timedelta(minutes=15),
    "config.tasks.prune_task_results": timedelta(days=1),
    "exchange.tasks.forget_old_uploads": timedelta(days=1),
    "exchange.tasks.take_over_stalled_imports": timedelta(minutes=1),
    "exchange.export.tasks.expire_outgoing": timedelta(minutes=15),
    "history.tasks.prove_history_when_due": timedelta(hours=1),
    "history.tasks.seal_history": timedelta(minutes=1),
    "inspections.reports.tasks.end_unanswered_questions": timedelta(hours=1),
    "pages.rendered.tasks.keep_up": timedelta(minutes=1),
    "pages.reporting.tasks.purge_drafts": timedelta(hours=1),
}
CHECK_EXTERNAL_LINKS = READER.switch("CHECK_EXTERNAL_LINKS", default=False)
if CHECK_EXTERNAL_LINKS:
    PERIODIC_TASKS["pages.review.tasks.check_external_links"] = timedelta(hours=6)

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
