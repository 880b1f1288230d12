"""The product's settings with the benchmarks' wide collection in them."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = ["wide", *INSTALLED_APPS]
IMPORT_MAX_ROWS = 2_000_000
IMPORT_MAX_BYTES = 1024**3
