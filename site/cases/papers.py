"""The papers of the helping side: the consent to be signed, and the sheet to take home."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from papers.registry import Kind, Paper, Placeholder, register

_WORDINGS = Path(__file__).resolve().parent / "wordings"
_SPOKEN = ("ro", "bg", "pl", "en")

CONSENT = register(
    Paper(
        code="consent_form",
        name=_("Einwilligung zur Vermittlung"),
        layout="sheet",
        explains=_("Zum Unterschreiben, in der Sprache der Person (Art. 7 DSGVO)"),
        wording=_WORDINGS / "consent_form.txt",
        translations=_SPOKEN,
        placeholders=(
            Placeholder("person.name", _("Wer einwilligt"), "Erika Beispiel"),
            Placeholder(
                "person.geboren", _("Geburtsdatum oder -jahr"), "14.03.1990", required=False
            ),
            Placeholder(
                "zweck.weitergabe",
                _("Ob es um die Weitergabe an eine Stelle geht"),
                True,
                Kind.FLAG,
                required=False,
            ),
            Placeholder(
                "zweck.rueckruf", _("Ob es um Rückruf geht"), None, Kind.FLAG, required=False
            ),
            Placeholder("zweck.schule", _("Ob es um Schule geht"), None, Kind.FLAG, required=False),
            Placeholder(
                "zweck.begleitung", _("Ob es um Begleitung geht"), None, Kind.FLAG, required=False
            ),
            Placeholder("empfaenger.name", _("Wer die Angaben bekommt"), "Beratungsstelle Muster"),
            Placeholder(
                "angaben",
                _("Welche Angaben es sind, in Absätzen; leer: auf dem Blatt nicht genannt"),
                "Erika Beispiel, geb. 14.03.1990\n\nHilfe bei der Suche nach einer Wohnung",
                Kind.PARAGRAPHS,
                required=False,
            ),
            Placeholder(
                "gilt_bis",
                _("Letzter Tag; leer: bis zum Widerruf"),
                None,
                Kind.DATE,
                required=False,
            ),
            Placeholder("fassung", _("Fassung dieses Textes"), "Fassung 1 (de)"),
        ),
    )
)

TAKE_AWAY = register(
    Paper(
        code="take_away",
        name=_("Blatt zum Mitnehmen"),
        layout="sheet",
        explains=_("Nach dem Ankunftsgespräch, in der Sprache der Person, ohne ihren Namen"),
        wording=_WORDINGS / "take_away.txt",
        translations=_SPOKEN,
        placeholders=(
            Placeholder("gespraech.tag", _("Tag des Gesprächs"), dt.date(2026, 3, 12), Kind.DATE),
            Placeholder(
                "termine",
                _("Termine, die noch kommen"),
                ["19.03.2026, 10:00, Clearingstelle"],
                Kind.LIST,
                required=False,
            ),
            Placeholder(
                "vereinbart",
                _("Vereinbarte Schritte je Thema, wie im Gespräch eingetragen"),
                ["Arbeit: Termin bei der Migrationsberatung"],
                Kind.LIST,
                required=False,
            ),
            Placeholder(
                "vermittlungen",
                _("Stellen, an die vermittelt wurde"),
                ["Schule und Kita: Schulteam"],
                Kind.LIST,
                required=False,
            ),
            Placeholder(
                "angebote",
                _("Angebote aus dem Portal, die zu Thema und Sprache passen"),
                ["Arbeit: Beratung Muster, Musterweg 1, 01234 Beispielstadt, Montag 13:00–16:00"],
                Kind.LIST,
                required=False,
            ),
            Placeholder(
                "portal",
                _("Seiten des Portals zu den Themen, als QR-Codes"),
                ["https://www.example.org/q/01bk"],
                Kind.QR,
                required=False,
            ),
        ),
    )
)
