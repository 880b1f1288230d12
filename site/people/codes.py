"""Code lists about people. Facts of public registers; names in German, as the registers have them."""

from __future__ import annotations

from functools import cache

from babel import Locale
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    """As in the civil registers (XPersonenstand v3, § 22 (3) PStG)."""

    FEMALE = "w", _("weiblich")
    MALE = "m", _("männlich")
    DIVERSE = "d", _("divers")
    NOT_STATED = "x", _("keine Angabe")


#: Nationalities by the key of the Federal Statistical Office (C60000019, as of 19.02.2021), those
#: of Europe and those met here. The key is what the registration office's files carry.
NATIONALITIES = (
    ("000", "deutsch"),
    ("121", "albanisch"),
    ("124", "belgisch"),
    ("122", "bosnisch-herzegowinisch"),
    ("168", "britisch"),
    ("125", "bulgarisch"),
    ("126", "dänisch"),
    ("127", "estnisch"),
    ("128", "finnisch"),
    ("129", "französisch"),
    ("134", "griechisch"),
    ("438", "irakisch"),
    ("439", "iranisch"),
    ("135", "irisch"),
    ("137", "italienisch"),
    ("150", "kosovarisch"),
    ("130", "kroatisch"),
    ("139", "lettisch"),
    ("142", "litauisch"),
    ("143", "luxemburgisch"),
    ("145", "maltesisch"),
    ("144", "mazedonisch"),
    ("146", "moldauisch"),
    ("140", "montenegrinisch"),
    ("148", "niederländisch"),
    ("151", "österreichisch"),
    ("152", "polnisch"),
    ("153", "portugiesisch"),
    ("154", "rumänisch"),
    ("160", "russisch"),
    ("157", "schwedisch"),
    ("158", "schweizerisch"),
    ("170", "serbisch"),
    ("155", "slowakisch"),
    ("131", "slowenisch"),
    ("161", "spanisch"),
    ("475", "syrisch"),
    ("164", "tschechisch"),
    ("163", "türkisch"),
    ("166", "ukrainisch"),
    ("165", "ungarisch"),
    ("181", "zyprisch"),
    ("423", "afghanisch"),
    ("997", "staatenlos"),
    ("998", "ungeklärt"),
    ("999", "ohne Angabe"),
)

_LANGUAGES = (
    *("de", "ar", "bg", "bs", "cs", "el", "en", "es", "fa", "fr", "hr", "hu", "it", "ku", "lt"),
    *("lv", "mk", "pl", "ps", "pt", "rmn", "ro", "ru", "sk", "sl", "sq", "sr", "tr", "uk", "vi"),
)
_ROMANI = "Romani"  # CLDR names the family "rom" only


@cache
def languages() -> list[tuple[str, str]]:
    """(ISO 639 code, German name) of the languages spoken at the desk, in the order of the names."""
    names = Locale("de").languages
    found = [(code, str(names.get(code, _ROMANI))) for code in _LANGUAGES]
    return sorted(found, key=lambda pair: pair[1])


class Relation(TextChoices):
    """What somebody is to the person the household is named after."""

    REFERENCE = "reference", _("Bezugsperson")
    PARTNER = "partner", _("Partnerin, Partner")
    CHILD = "child", _("Kind")
    PARENT = "parent", _("Mutter, Vater")
    SIBLING = "sibling", _("Schwester, Bruder")
    RELATIVE = "relative", _("andere Angehörige")
    UNRELATED = "unrelated", _("nicht verwandt")
