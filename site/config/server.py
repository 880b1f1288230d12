"""How gunicorn serves the site. Read by gunicorn as its configuration (Procfile, `web`).

RequestLog names every request, so gunicorn's own access log is off. Whoever turns it on
(`GUNICORN_CMD_ARGS=--access-logfile=-`) gets lines without query strings, addresses and referrers.
"""

import gc
import sys
from pathlib import Path
from typing import Any

_SITE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_SITE))

from config import logs, settings  # noqa: E402  found through the line above

chdir = str(_SITE)
wsgi_app = "config.wsgi"
# A faulty installation is refused once, before there are workers; what they share is held once.
preload_app = True
bind = f"{settings.HOST}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
# Threads do not render faster, but a browser's idle connection would hold a whole sync worker.
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
logconfig_dict = logs.configuration(settings.LOG_LEVEL)
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
control_socket_disable = True  # the Procfile's runner starts, reloads and stops it


def when_ready(_server: Any) -> None:
    """Before the workers are forked: what is loaded stays for good. Each worker's collector need not
    walk through it again and again (a pause for whoever waits), nor copy the pages it lies on."""
    gc.collect()
    gc.freeze()
