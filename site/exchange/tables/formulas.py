"""Text that a spreadsheet would run as a formula, made harmless in a CSV and taken back exactly.

Excel runs a cell that begins with = + - @ (also in full width) or a control character; quoting
does not help (owasp.org/www-community/attacks/CSV_Injection). An apostrophe before it does. What
begins with apostrophes before such a character gets one more, so the way back is exact.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def neutralised(text: str) -> str:
    return f"'{text}" if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    return text[1:] if text.startswith("'") and _NEUTRALISED.match(text) else text
