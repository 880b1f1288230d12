"""Languages: those the portal is written in, and those people may be advised in."""

from __future__ import annotations

from typing import NamedTuple

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, get_language_info

# ISO 639 codes in which a counselling offer can be entered. Their names come from Unicode CLDR.
COUNSELLING_CODES = (
    "am", "ar", "bg", "cs", "de", "el", "en", "es", "fa", "fr", "hi", "hr", "hu", "hy", "it", "ku",
    "lt", "lv", "mk", "pl", "ps", "pt", "ro", "rom", "ru", "sk", "sl", "so", "sq", "sr", "sw", "ti",
    "tr", "uk", "vi", "zh",
)  # fmt: skip


# Weekdays of feminine gender (0 is Monday) where "every second …" has another form for them.
FEMININE_WEEKDAYS = {"bg": {2, 5, 6}, "pl": {2, 5, 6}}


class PortalLanguage(NamedTuple):
    """A language of the portal: `name` as its speakers write it, `direction` "ltr" or "rtl"."""

    code: str
    name: str
    direction: str


def direction_of(code: str) -> str:
    """ "rtl" for languages written from right to left, by the main part of the code."""
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def portal_languages() -> list[PortalLanguage]:
    """The languages of the portal in the order of settings.LANGUAGES."""
    return [PortalLanguage(code, name, direction_of(code)) for code, name in settings.LANGUAGES]


def active_locale() -> Locale:
    """Unicode CLDR's data for the active language (its main part: easy German is German)."""
    return Locale.parse((get_language() or settings.LANGUAGE_CODE).split("-")[0])


def is_feminine(weekday: int) -> bool:
    """Whether the active language has feminine words around this weekday (0 is Monday)."""
    return weekday in FEMININE_WEEKDAYS.get(active_locale().language, ())


def language_name(code: str) -> str:
    """The name of a language in the active language: "Rumänisch", "română". Unknown: the code."""
    return str(active_locale().languages.get(code, code))


def counselling_choices() -> list[tuple[str, str]]:
    """The choices of the editors' form, sorted by name."""
    choices = [(code, language_name(code)) for code in COUNSELLING_CODES]
    return sorted(choices, key=lambda choice: choice[1].casefold())


def portal_choices() -> list[tuple[str, str]]:
    """The portal's languages as choices of a form. A function, so that no migration names them."""
    return [(language.code, language.name) for language in portal_languages()]
