"""The product's settings for a test client: static files as they lie, the client's host name."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

ALLOWED_HOSTS = ["testserver"]
IMPORT_MAX_ROWS = 200_000
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
