"""Letters that were lost on the way: "MÃ¼ller", "M?ller", "M\ufffdller"."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# A question mark where only a letter can be: within a word, or before its small letters.
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|(?:^|\s)\?[^\W\d_]{2}")
_ADDRESS = re.compile(r"://|www\.")  # of a web page: there, a question mark is at home
# In what UTF-8 is mistaken for; of each, Python reads the bytes that others leave undefined.
_MISTAKEN_FOR = ("cp1252", "cp1250", "iso8859-15", "cp850", "mac-roman")
_REAL = re.compile("[\u00a0-\u024f\u0370-\u052f\u1e00-\u1eff\u2000-\u206f\u20ac]+")


def garbled(text: str) -> bool:
    """Whether letters of the text are probably not those that were written."""
    if "?" in text and _LOST.search(text) and not _ADDRESS.search(text):
        return True
    if text.isascii():
        return False
    return "\ufffd" in text or any(_was_utf8(text, codec) for codec in _MISTAKEN_FOR)


def _was_utf8(text: str, codec: str) -> bool:
    """Whether all letters beyond ASCII, as bytes of `codec`, are letters of Europe in UTF-8."""
    try:
        real = text.encode(codec).decode()
    except UnicodeError:
        return False
    beyond = "".join(char for char in real if char > "\x7f")
    return bool(_REAL.fullmatch(beyond))


def doubt() -> str:
    """The remark on such a cell; the plan counts them by it."""
    return _("Hier fehlen wohl Buchstaben. Stimmt der Zeichensatz der Datei?")
