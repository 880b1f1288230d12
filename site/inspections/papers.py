"""The papers of the Wohnraumkontrolle: what each holds. Their contexts are built by the actions.

`Paper.example` is a whole context with evidently invented values, in the shape `papers.render`
and `papers.freeze` take. The wording is in `wordings/`; the office changes it in the admin.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from papers.registry import Kind, Paper, Placeholder, register

_WORDINGS = Path(__file__).resolve().parent / "wordings"
_BERLIN = ZoneInfo("Europe/Berlin")

_OBJECT = (
    Placeholder(
        "objekt.anschrift", _("Straße, Hausnummer, Ort"), "Musterweg 12 a, 01234 Beispielstadt"
    ),
    Placeholder("objekt.wohnung", _("Lage der Wohnung"), "2. OG links", required=False),
)
_SIGNED = (
    Placeholder("unterzeichner.name", _("Wer unterzeichnet"), "Muster"),
    Placeholder("unterzeichner.funktion", _("Funktion"), "Sachbearbeiterin", required=False),
)
_FINDINGS = {
    "columns": ["Nr.", "Raum", "Feststellung", "Anforderung", "Stufe"],
    "widths": [1, 3, 6, 5, 2],
    "rows": [
        ["1", "Bad", "Warmwasser fehlt seit Wochen", "Wasserversorgung", "B"],
        ["2", "Flur", "Rauchwarnmelder fehlt", "Brandschutz", "A"],
    ],
    "caption": "Festgestellte Mängel",
}

HEARING = register(
    Paper(
        code="hearing_letter",
        name=_("Anhörung"),
        layout="letter",
        explains=_("Anhörung vor einer Anordnung (§ 28 VwVfG)"),
        wording=_WORDINGS / "hearing_letter.txt",
        placeholders=(
            *_OBJECT,
            Placeholder("anrede", _("Anrede"), "Sehr geehrte Frau Beispiel,"),
            Placeholder(
                "kontrolle.datum",
                _("Tag der Kontrolle; leer: es gab noch keine"),
                dt.date(2026, 3, 12),
                Kind.DATE,
                required=False,
            ),
            Placeholder(
                "kontrolle.zeichen", _("Nummer des Vorgangs"), "WKV-000000", required=False
            ),
            Placeholder("feststellungen", _("Tabelle der Mängel"), _FINDINGS, Kind.TABLE),
            Placeholder(
                "massnahmen",
                _("Was angeordnet werden soll"),
                [
                    "Die Warmwasserversorgung ist wiederherzustellen.",
                    "Rauchwarnmelder sind anzubringen.",
                ],
                Kind.NUMBERED,
            ),
            Placeholder(
                "rechtsgrundlage",
                _("Vorschrift, auf die gestützt"),
                "§ 5 in Verbindung mit § 3 WoAufG LSA",
            ),
            Placeholder(
                "frist.ende", _("Letzter Tag zur Äußerung"), dt.date(2026, 4, 2), Kind.DATE
            ),
            *_SIGNED,
        ),
    )
)

ORDER = register(
    Paper(
        code="order",
        name=_("Anordnung"),
        layout="letter",
        explains=_(
            "Bescheid mit Begründung (§ 39 VwVfG) und Rechtsbehelfsbelehrung (§ 37 (6) VwVfG)"
        ),
        wording=_WORDINGS / "order.txt",
        # Without the body that takes objections the time for them is a year (§ 58 (2) VwGO).
        requires=("behoerde.rechtsbehelf",),
        placeholders=(
            *_OBJECT,
            Placeholder("anrede", _("Anrede"), "Sehr geehrte Frau Beispiel,"),
            Placeholder(
                "anordnungen",
                _("Was angeordnet wird, je Ziffer ein Satz"),
                ["Sie haben die Warmwasserversorgung bis zum 30.04.2026 wiederherzustellen."],
                Kind.NUMBERED,
            ),
            Placeholder(
                "frist.ende", _("Letzter Tag der Umsetzung"), dt.date(2026, 4, 30), Kind.DATE
            ),
            Placeholder(
                "sachverhalt",
                _("Sachverhalt, in Absätzen"),
                "Bei der Kontrolle am 12.03.2026 war in der Wohnung kein warmes Wasser verfügbar.",
                Kind.PARAGRAPHS,
            ),
            Placeholder(
                "feststellungen", _("Tabelle der Mängel"), _FINDINGS, Kind.TABLE, required=False
            ),
            Placeholder(
                "anhoerung.datum",
                _("Tag der Anhörung"),
                dt.date(2026, 3, 18),
                Kind.DATE,
                required=False,
            ),
            Placeholder(
                "anhoerung.ergebnis",
                _("Was dazu vorgebracht wurde und wie es gewürdigt wird"),
                "Sie haben sich dazu nicht geäußert.",
                Kind.PARAGRAPHS,
                required=False,
            ),
            Placeholder(
                "rechtsgrundlage",
                _("Vorschrift, auf die gestützt"),
                "§ 5 in Verbindung mit § 3 WoAufG LSA",
            ),
            Placeholder(
                "wuerdigung",
                _("Rechtliche Gründe, in Absätzen"),
                "Eine Wohnung ohne warmes Wasser entspricht nicht den Mindestanforderungen.",
                Kind.PARAGRAPHS,
            ),
            Placeholder(
                "ermessen",
                _("Gründe der Ermessensausübung (§ 39 (1) Satz 3 VwVfG)"),
                "Ein milderes Mittel, das gleich wirksam wäre, ist nicht ersichtlich.",
                Kind.PARAGRAPHS,
            ),
            Placeholder(
                "zwangsgeld.betrag",
                _("Angedrohtes Zwangsgeld in Euro"),
                Decimal("500.00"),
                required=False,
            ),
            Placeholder(
                "sofortvollzug.begruendung",
                _("Gründe der sofortigen Vollziehung (§ 80 (3) VwGO); leer: nicht angeordnet"),
                "",
                Kind.PARAGRAPHS,
                required=False,
            ),
            *_SIGNED,
        ),
    )
)

FIELD_SHEET = register(
    Paper(
        code="field_sheet",
        name=_("Begehungsbogen"),
        layout="sheet",
        explains=_("Zum Ausfüllen von Hand im Treppenhaus; der QR-Code führt zur Kontrolle"),
        wording=_WORDINGS / "field_sheet.txt",
        placeholders=(
            *_OBJECT,
            Placeholder(
                "kontrolle.beginn",
                _("Geplanter Beginn"),
                dt.datetime(2026, 3, 12, 9, 30, tzinfo=_BERLIN),
                Kind.MOMENT,
                required=False,
            ),
            Placeholder("kontrolle.anlass", _("Anlass"), "bauliche Mängel", required=False),
            Placeholder(
                "kontrolle.adresse",
                _("Adresse der Kontrolle im System, als QR-Code"),
                "https://www.example.org/admin/inspections/inspection/1/",
                Kind.QR,
            ),
            Placeholder("team", _("Wer kontrolliert"), ["Frau Muster", "Herr Beispiel"], Kind.LIST),
            Placeholder(
                "beteiligte", _("Eingeladene Stellen"), ["Bauordnung"], Kind.LIST, required=False
            ),
            Placeholder(
                "pruefpunkte",
                _("Prüfpunkte nach Gruppen, mit Kästchen"),
                [
                    {"heading": "Brandschutz", "items": ["Rauchwarnmelder", "Rettungsweg frei"]},
                    {"heading": "Hygiene", "items": ["Wasser", "Toilette", "Schädlinge"]},
                ],
                Kind.CHECKLIST,
            ),
        ),
    )
)

REPORT = register(
    Paper(
        code="inspection_report",
        name=_("Kontrollbericht"),
        layout="sheet",
        explains=_("Der abgeschlossene Bericht einer Kontrolle"),
        wording=_WORDINGS / "inspection_report.txt",
        placeholders=(
            *_OBJECT,
            Placeholder(
                "kontrolle.beginn",
                _("Beginn"),
                dt.datetime(2026, 3, 12, 9, 30, tzinfo=_BERLIN),
                Kind.MOMENT,
            ),
            Placeholder("kontrolle.anlass", _("Anlass"), "bauliche Mängel", required=False),
            Placeholder(
                "kontrolle.grundlage", _("Rechtsgrundlage des Betretens"), "mit Einwilligung"
            ),
            Placeholder("zutritt", _("Wie der Zutritt ausging"), "gewährt"),
            Placeholder("team", _("Wer kontrolliert hat"), ["Frau Muster"], Kind.LIST),
            Placeholder(
                "anwesende",
                _("Wer sonst dabei war"),
                ["eine Bewohnerin"],
                Kind.LIST,
                required=False,
            ),
            Placeholder(
                "beteiligte", _("Mitwirkende Stellen"), ["Bauordnung"], Kind.LIST, required=False
            ),
            Placeholder(
                "zaehlung",
                _("Personen: angegeben, angetroffen, gemeldet"),
                {
                    "columns": ["angegeben", "angetroffen", "gemeldet"],
                    "rows": [["5", "4", "3"]],
                    "caption": "Personen in der Wohnung",
                },
                Kind.TABLE,
                required=False,
            ),
            Placeholder(
                "feststellungen", _("Tabelle der Mängel"), _FINDINGS, Kind.TABLE, required=False
            ),
            Placeholder(
                "bemerkungen",
                _("Freier Text"),
                "Im Treppenhaus stand Sperrmüll.",
                Kind.PARAGRAPHS,
                required=False,
            ),
            Placeholder(
                "abgeschlossen.am",
                _("Wann der Bericht abgeschlossen wurde"),
                dt.datetime(2026, 3, 13, 11, 0, tzinfo=_BERLIN),
                Kind.MOMENT,
                required=False,
            ),
            *_SIGNED,
        ),
    )
)
