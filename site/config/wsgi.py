"""Entry point of the web server: `gunicorn --chdir site config.wsgi`."""

import os
import sys

from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.checks import INSTALLATION  # noqa: E402  needs the settings

if faults := [fault for fault in run_checks(tags=[INSTALLATION]) if fault.is_serious()]:
    sys.stderr.write("Not started:\n" + "\n".join(map(str, faults)) + "\n")
    sys.exit(3)  # gunicorn's code for "do not try again"
connections.close_all()  # gunicorn forks after this, and two processes cannot share a connection
