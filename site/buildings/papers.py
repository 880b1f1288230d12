"""The occupancy plan of a building or dwelling as a paper.

The value of `plan`, from the top floor down:

    {"floors": [
        {"label": "2. OG",
         "dwellings": [
            {"label": "links",
             "result": "exceeded",        # within | exceeded | undetermined | anything: plain
             "word": "überschritten",     # what the colour and pattern mean, printed in capitals
             "lines": ["41,0 m², nötig 45 m²", "5 Personen"],
             "rooms": [{"label": "Zimmer 1", "area": "18,0 m²", "use": "Schlafen"}],
             "entries": ["Erwachsene", "Kind, 4"]},
         ]},
    ]}

All values are text as it is to be printed. `lines`, `rooms` and `entries` may be missing.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from papers.registry import Kind, Paper, Placeholder, register

_PLAN = {
    "floors": [
        {
            "label": "1. OG",
            "dwellings": [
                {
                    "label": "links",
                    "result": "exceeded",
                    "word": "überschritten",
                    "lines": ["41,0 m², nötig 45 m²", "5 Personen"],
                    "rooms": [{"label": "Zimmer 1", "area": "18,0 m²", "use": "Schlafen"}],
                    "entries": ["Erwachsene", "Erwachsener", "Kind, 4"],
                },
                {
                    "label": "rechts",
                    "result": "within",
                    "word": "eingehalten",
                    "lines": ["52,0 m², nötig 27 m²", "3 Personen"],
                },
            ],
        },
        {
            "label": "EG",
            "dwellings": [
                {
                    "label": "links",
                    "result": "undetermined",
                    "word": "nicht bestimmbar",
                    "lines": ["Fläche fehlt"],
                },
            ],
        },
    ]
}
_DETAILS = {
    "columns": ["Wohnung", "Raum", "Fläche", "Nutzung", "Personen"],
    "widths": [2, 2, 1.5, 2, 4],
    "rows": [["1. OG links", "Zimmer 1", "18,0 m²", "Schlafen", "Erwachsene, Kind, 4"]],
    "caption": "Räume und Personen",
}

OCCUPANCY_PLAN = register(
    Paper(
        code="occupancy_plan",
        name=_("Belegungsplan"),
        layout="plan",
        explains=_("Gebäude als Geschosse und Wohnungen, mit Ergebnis je Wohnung"),
        wording=Path(__file__).resolve().parent / "wordings" / "occupancy_plan.txt",
        placeholders=(
            Placeholder(
                "objekt.anschrift",
                _("Straße, Hausnummer, Ort"),
                "Musterweg 12 a, 01234 Beispielstadt",
            ),
            Placeholder(
                "stichtag", _("Tag, für den der Plan gilt"), dt.date(2026, 3, 12), Kind.DATE
            ),
            Placeholder("plan", _("Das Bild: Geschosse und Wohnungen"), _PLAN, Kind.PLAN),
            Placeholder(
                "einzelheiten",
                _("Tabelle der Räume und Personen"),
                _DETAILS,
                Kind.TABLE,
                required=False,
            ),
            Placeholder(
                "regel",
                _("Vorgabe, nach der gerechnet wurde, mit Rechtsgrundlage"),
                "9 m² je Person, 6 m² je Kind unter sechs Jahren (Beispiel)",
                required=False,
            ),
            Placeholder(
                "hinweise",
                _("Vorbehalte, zum Beispiel fehlende Angaben"),
                ["Im Erdgeschoss links fehlt die Wohnfläche."],
                Kind.LIST,
                required=False,
            ),
        ),
    )
)
