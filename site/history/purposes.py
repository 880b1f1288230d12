"""Why somebody opened a record, as the read log keeps it: by which way they came, or as they say."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    """How a page was come by. Derived, never asked."""

    RECORD = "record", _("von einem anderen Datensatz aus")
    CONTINUED = "continued", _("weiter im selben Datensatz")
    ENTRY = "entry", _("beim Erfassen gefunden")
    SEARCH = "search", _("über die Suche")
    LIST = "list", _("über die Liste")
    DESK = "desk", _("von der Startseite aus")
    DIRECT = "direct", _("direkt aufgerufen")


class Occasion(TextChoices):
    """What it was for, where a person says so."""

    COUNTER = "counter", _("Person ist da")
    CALL = "call", _("Anruf")
    LETTER = "letter", _("Schreiben, E-Mail")
    HANDOVER = "handover", _("Vertretung, Übergabe")
    CHECK = "check", _("Akte prüfen")
