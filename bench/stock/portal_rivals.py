"""What the rendered copies are measured against, each a WSGI callable for gunicorn.

`bare` answers every request with the same bytes and headers as the portal's page and looks at
nothing; `whitenoise` serves them from a file, compressed beforehand. Both read what
`bench/portal.py` recorded of the page in PAGE.
"""

import json
import os
from pathlib import Path

from whitenoise import WhiteNoise

FOLDER = Path(os.environ["PAGE"])
BODY = (FOLDER / "files" / "page.html.gz").read_bytes()
HEADERS = [(name, value) for name, value in json.loads((FOLDER / "headers.json").read_text())]


def bare(environ, start_response):
    start_response("200 OK", list(HEADERS))
    return [BODY]


def nothing(environ, start_response):
    start_response("404 Not Found", [("Content-Length", "0")])
    return [b""]


whitenoise = WhiteNoise(nothing, root=str(FOLDER / "files"))
