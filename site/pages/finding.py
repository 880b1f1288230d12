"""Narrowing the list of offers by topic, language, weekday and place. A GET form, no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel.dates import get_day_names

from pages.languages import active_locale, language_name
from pages.models.offers import Topic
from pages.queries import OfferCard


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """One field of the form: only values that some offer has, so no choice leads nowhere alone."""

    name: str
    options: list[Option]


@dataclass(frozen=True)
class Narrowing:
    """What a reader asked for. `asked` holds the values that mean something; others count as
    not asked, because an old link must not end in an empty list."""

    choices: list[Choice]
    asked: Mapping[str, str]
    cards: list[OfferCard]

    @property
    def is_asked(self) -> bool:
        return bool(self.asked)


def narrowed(cards: Iterable[OfferCard], query: Mapping[str, str]) -> Narrowing:
    """The offers that fit everything asked for, and the form that asks for it."""
    cards = list(cards)
    present = {
        "topic": _topics(cards),
        "language": _languages(cards),
        "day": _days(cards),
        "place": _places(cards),
    }
    asked = {
        name: query[name]
        for name, labels in present.items()
        if query.get(name) and query[name] in labels
    }
    return Narrowing(
        choices=[
            Choice(
                name,
                [Option(value, label, asked.get(name) == value) for value, label in labels.items()],
            )
            for name, labels in present.items()
        ],
        asked=asked,
        cards=[card for card in cards if _fits(card, asked)],
    )


def _fits(card: OfferCard, asked: Mapping[str, str]) -> bool:
    has = {
        "topic": card.topic_codes,
        "language": card.language_codes,
        "day": {str(day) for day in card.weekdays},
        "place": {str(card.place.pk)} if card.place else set(),
    }
    return all(value in has[name] for name, value in asked.items())


def _topics(cards: list[OfferCard]) -> dict[str, str]:
    codes = {code for card in cards for code in card.topic_codes}
    return {topic.value: str(topic.label) for topic in Topic if topic.value in codes}


def _languages(cards: list[OfferCard]) -> dict[str, str]:
    names = {code: language_name(code) for card in cards for code in card.language_codes}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def _days(cards: list[OfferCard]) -> dict[str, str]:
    names = get_day_names(locale=active_locale())
    days = sorted({day for card in cards for day in card.weekdays})
    return {str(day): str(names[day]) for day in days}


def _places(cards: list[OfferCard]) -> dict[str, str]:
    places = {card.place.pk: card.place.name for card in cards if card.place}
    return {str(pk): name for pk, name in sorted(places.items(), key=lambda item: item[1])}
