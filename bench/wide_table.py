"""The file of the wide benchmarks: 25 columns as partners send them, the same rows every time.

As in real inventories some columns repeat themselves (street, kind, unit) and some never do
(number, meter, telephone); a fifth of the optional cells is empty.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

UNIT = "Wohnraumkontrolle"
ESTATES = 200
STREETS = ("Musterweg", "Beispielstraße", "Probegasse", "Übungsplatz", "Am Versuch", "Öde Höhe")
CITIES = ("Musterstadt", "Probeheim", "Übungsdorf")
KIND_CODES = [
    ("flat", "Wohnung"),
    ("maisonette", "Maisonette"),
    ("room", "Zimmer"),
    ("attic", "Dach"),
]
CONDITION_CODES = [
    ("sound", "in Ordnung"),
    ("defects", "Mängel bekannt"),
    ("derelict", "verwahrlost"),
]
HEATING_CODES = [("gas", "Gas"), ("district", "Fernwärme"), ("stove", "Ofen"), ("none", "keine")]
KINDS = [label for _code, label in KIND_CODES]
CONDITIONS = [*(label for _code, label in CONDITION_CODES), ""]
HEATINGS = [*(label for _code, label in HEATING_CODES), ""]
HEADINGS = (
    *("Inventarnummer", "Kürzel", "Bezeichnung", "Straße", "Hausnummer", "PLZ", "Ort"),
    *("Zählernummer", "Ansprechperson", "Telefon", "Art", "Zustand", "Heizung"),
    *("Bezugsfertig am", "Geprüft am", "Nächste Prüfung", "Fläche (m²)", "Kaltmiete", "Kaution"),
    *("Geschoss", "Zimmer", "Aufzug", "Vermietet", "Bemerkung", "Zuständige Stelle"),
)


def estates() -> list[dict[str, str]]:
    return [{"code": f"A{n:03}", "name": f"Anlage {n}"} for n in range(ESTATES)]


def rows(count: int, changed_every: int = 0) -> Iterator[tuple[object, ...]]:
    """`changed_every`: every so many-th row has another rent and note than by default."""
    for n in range(count):
        changed = bool(changed_every) and n % changed_every == 0
        checked = dt.date(2024, 1, 1) + dt.timedelta(days=n % 700)
        rent = 25_000 + n * 37 % 90_000 + (100 if changed else 0)
        yield (
            f"INV-{n:07}",
            f"A{n % ESTATES:03}",
            f"{n % 9}. OG Wohnung {n % 14 + 1}",
            STREETS[n % len(STREETS)],
            n // 40 % 180 + 1,
            f"{6600 + n % 90:05}",
            CITIES[n % len(CITIES)],
            f"Z{n * 7919 % 10_000_019:08}" if n % 5 else "",
            f"Erfunden {n * 31 % 9_973}" if n % 5 else "",
            f"03443 {n * 13 % 9_999_991:07}" if n % 5 else "",
            KINDS[n % len(KINDS)],
            CONDITIONS[n % len(CONDITIONS)],
            HEATINGS[n % len(HEATINGS)],
            f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1890 + n % 130}" if n % 5 else "",
            f"{checked:%d.%m.%Y}",
            f"{checked + dt.timedelta(days=365):%d.%m.%Y}" if n % 5 else "",
            f"{28 + n % 120},{n * 7 % 100:02}",
            f"{rent // 100},{rent % 100:02}",
            f"{rent * 2 // 100},{rent * 2 % 100:02}" if n % 5 else "",
            n % 9,
            n % 6 + 1,
            "ja" if n % 3 else "nein",
            "nein" if n % 4 else "ja",
            f"Stand {n % 97}" + (" geändert" if changed else "") if n % 5 else "",
            UNIT,
        )


def write_file(path: Path, count: int, changed_every: int = 0) -> None:
    """Semicolons, decimal commas, dd.mm.yyyy, UTF-8 with BOM."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        writer.writerows(rows(count, changed_every))
