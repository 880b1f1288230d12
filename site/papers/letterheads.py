"""What stands on the letterhead of a unit, as plain values (`papers.models.Letterhead` keeps it)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from papers.filling import clean


@dataclass(frozen=True)
class Head:
    """All text; `foot` in up to three columns, each of several lines."""

    name: str = ""
    office: str = ""
    street: str = ""
    town: str = ""
    place: str = ""
    phone: str = ""
    email: str = ""
    web: str = ""
    hours: str = ""
    bank: str = ""
    appeals_to: str = ""

    @property
    def address(self) -> str:
        return ", ".join(filter(None, [self.street, self.town]))

    def values(self) -> dict[str, str]:
        """The placeholders `behoerde.…`."""
        return {
            "name": self.name or "–",
            "amt": self.office,
            "anschrift": self.address or "–",
            "ort": self.place or self.town.lstrip("0123456789 ") or "–",
            "telefon": self.phone,
            "email": self.email,
            "rechtsbehelf": self.appeals_to,
        }

    def printed(self) -> dict[str, Any]:
        """What the layouts print."""
        columns = (
            [self.name, self.street, self.town],
            [self.phone, self.email, self.web],
            [*self.hours.splitlines(), *self.bank.splitlines()],
        )
        return {
            "name": clean(self.name),
            "office": clean(self.office),
            "sender": clean(" · ".join(filter(None, [self.name, self.street, self.town]))),
            "line": clean(" · ".join(filter(None, [self.name, self.office]))),
            "foot": [[clean(line) for line in column if line.strip()] for column in columns],
        }


EXAMPLE = Head(
    name="Stadt Beispielstadt",
    office="Amt für Wohnraum",
    street="Beispielplatz 1",
    town="01234 Beispielstadt",
    place="Beispielstadt",
    phone="01234 000-0",
    email="amt@example.org",
    web="www.example.org",
    hours="Di 9–12 und 14–18 Uhr",
    bank="IBAN DE00 0000 0000 0000 0000 00",
    appeals_to="Stadt Beispielstadt, Beispielplatz 1, 01234 Beispielstadt",
)
