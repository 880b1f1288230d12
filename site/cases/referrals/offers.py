"""Where else somebody is helped: what the portal knows of counselling, asked from below.

This room must not import the portal above it; the portal hands in a source when it starts
(`provide`). Without one there is nothing to offer, and every screen works all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

RECIPIENT_LENGTH = 160


@dataclass(frozen=True)
class Offer:
    """One counselling offer, in words of the language asked for.

    `topics`: codes of `cases.interviews.rules.Topic`. `languages`: ISO codes, empty where nobody
    named them. `weekdays`: 0 is Monday. `place`: with its address, in one line. `next_time`: the
    next sitting in words, "" where the hours are not confirmed. `url`: its page on the portal.
    """

    name: str
    provider: str
    topics: frozenset[str]
    languages: frozenset[str]
    weekdays: frozenset[int]
    place: str
    hours: tuple[str, ...]
    next_time: str
    phones: tuple[str, ...]
    url: str

    @property
    def recipient(self) -> str:
        """As a referral names it."""
        return f"{self.name} ({self.provider})"[:RECIPIENT_LENGTH]

    def speaks(self, language: str) -> bool:
        return language in self.languages


class Source(Protocol):
    """Who knows the offers."""

    def offers(self, language: str) -> list[Offer]:
        """All that can be gone to or called today, in the order in which to show them."""

    def address(self, topic: str, language: str) -> str:
        """The page of the topic in the reader's language, as short as it goes; "" if none."""


_sources: list[Source] = []


def provide(source: Source) -> None:
    """Called once, by the room that has the offers."""
    _sources[:] = [source]


def all_offers(language: str) -> list[Offer]:
    return [offer for source in _sources for offer in source.offers(language)]


def fitting(
    topic: str,
    language: str,
    weekday: int | None = None,
    *,
    among: Iterable[Offer] | None = None,
) -> list[Offer]:
    """The offers on a topic: first those that speak the language, then those that name none.

    `language`: the person's; also that of the words, unless the offers are given (`among`).
    """
    found = [
        offer
        for offer in (all_offers(language) if among is None else among)
        if topic in offer.topics
        and (weekday is None or weekday in offer.weekdays)
        and (not language or not offer.languages or offer.speaks(language))
    ]
    return sorted(found, key=lambda offer: not offer.speaks(language))


def address(topic: str, language: str) -> str:
    """The portal's page of a topic; "" where there is no portal."""
    return next(filter(None, (source.address(topic, language) for source in _sources)), "")
