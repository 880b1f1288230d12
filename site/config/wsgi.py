"""Entry point of the web server: `gunicorn --chdir site config.wsgi`."""

import os
import sys
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application: WSGIApplication = get_wsgi_application()

from config.checks import INSTALLATION  # noqa: E402  needs the settings
from pages.rendered.layer import RenderedCopies  # noqa: E402
from pages.rendered.store import store  # noqa: E402

if faults := [fault for fault in run_checks(tags=[INSTALLATION]) if fault.is_serious()]:
    sys.stderr.write("Not started:\n" + "\n".join(map(str, faults)) + "\n")
    sys.exit(3)  # gunicorn's code for "do not try again"
if not settings.DEBUG:  # templates and texts may be others than before the start
    store().invalidate()
    application = RenderedCopies(application, store())
connections.close_all()  # gunicorn forks after this, and two processes cannot share a connection
