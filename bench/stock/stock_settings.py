"""The baseline's own site: stock django-import-export and django-simple-history, nothing else."""

import os
from pathlib import Path

from config.database import in_file, opened
from config.environment import Reader

SECRET_KEY = "baseline" * 10
INSTALLED_APPS = [
    "flats",
    "housing",
    "import_export",
    "simple_history",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
# The same database, opened the same way, as the product's.
DATABASES = {
    "default": opened(
        Reader(os.environ).database("DATABASE_URL", in_file(Path(os.environ["STOCK_DATABASE"])))
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
