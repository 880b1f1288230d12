"""What the answer to a request says, whatever it is made of."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from pypdf import PdfReader


def read(response: Any) -> str:
    """What a page, a workbook or a paper says."""
    raw = b"".join(response) if response.streaming else response.content
    if raw.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    if not raw.startswith(b"PK"):
        return raw.decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = [name for name in archive.namelist() if "docProps" not in name]
        return "\n".join(archive.read(name).decode("utf-8", errors="replace") for name in names)
