"""Names as DIN 91379 knows them: any Latin letter stays as it is; other scripts have their own field."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Besides letters and their marks: what DIN 91379 has for names, brackets and the stroke of a clerk,
#: and digits ("Kind 2", before it has a name).
_BESIDES = frozenset(" ',-.`~¨´·ʹʺʻʼʾʿˈˌ’‡()/0123456789")
_LAST_MARK = "\u036f"  # of the combining marks that go with Latin letters
_SCRIPTS = {
    "CYRILLIC": gettext_lazy("kyrillisch"),
    "GREEK": gettext_lazy("griechisch"),
    "ARABIC": gettext_lazy("arabisch"),
    "HEBREW": gettext_lazy("hebräisch"),
    "ARMENIAN": gettext_lazy("armenisch"),
    "GEORGIAN": gettext_lazy("georgisch"),
}


def latin_name(value: str) -> None:
    """Refuse what does not belong into a name in Latin letters, and say which character it is."""
    for char in unicodedata.normalize("NFC", value):
        if not _is_allowed(char):
            raise ValidationError(_refusal(char), code="not_latin")


def _is_allowed(char: str) -> bool:
    if char in _BESIDES or (char.isascii() and char.isalpha()):
        return True
    if unicodedata.category(char) == "Mn":
        return char <= _LAST_MARK
    return char.isalpha() and unicodedata.name(char, "").startswith("LATIN ")


def _refusal(char: str) -> str:
    if not char.isalpha():
        shown = char if char.isprintable() else f"U+{ord(char):04X}"
        return _("„%s“ gehört nicht in einen Namen. Bitte prüfen Sie die Schreibweise.") % shown
    script = unicodedata.name(char, "").partition(" ")[0]
    return _(
        "„%(char)s“ ist kein lateinischer Buchstabe (%(script)s). Bitte schreiben Sie den Namen wie im"
        " Ausweis mit lateinischen Buchstaben; die eigene Schrift gehört in „Originalschreibweise“."
    ) % {"char": char, "script": _SCRIPTS.get(script, _("andere Schrift"))}
