"""Settings of the test run: the production ones, minus TLS and minus a slow password hash."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
# Whatever this machine has set, the tests see this installation. Only DATABASE_URL is its own
# choice: empty for SQLite, or a PostgreSQL (make test does both).
for _name in (
    "DEBUG",
    "BASE_URL",
    "PORT",
    "SITE_NAME",
    "LOG_LEVEL",
    "SECRET_KEY_FALLBACKS",
    "TRUSTED_PROXIES",
    "IMPORT_MAX_BYTES",
    "IMPORT_MAX_ROWS",
    "IMPORT_KEEP",
    "EXPORT_DIRECT_ROWS",
    "EXPORT_KEEP",
    "HOLIDAY_REGION",
    "REPORTS_UNIT",
    "CHECK_EXTERNAL_LINKS",
    "RENDERED_DIR",
):
    os.environ.pop(_name, None)
os.environ |= {
    "ENV_FILE": os.devnull,
    "DATA_DIR": _data,
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "HTTPS": "off",
    "MFA_REQUIRED": "off",  # tests of the sign-in turn it on
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
}

from config.settings import *  # noqa: E402, F403  # reads what was just set

STATIC_ROOT.mkdir()  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Building the portal takes five seconds for each language. Most tests need no more than one besides
# German; tests/pages/test_six_languages.py builds all that are delivered.
DELIVERED_LANGUAGES = LANGUAGES  # noqa: F405
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch"), ("ro", "Română")]
