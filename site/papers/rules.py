"""How a version of a wording comes into use and leaves it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from workflow import Transition

VERSION = (
    Transition(
        verb="release",
        label=_("Freigeben"),
        sources=("draft",),
        target="current",
        right="approve",
        explains=_(
            "Ab jetzt werden neue Schreiben mit diesem Wortlaut erstellt. Er kann danach nicht mehr "
            "geändert werden. Die bisherige Version wird abgelöst; damit erstellte Schreiben bleiben."
        ),
    ),
    Transition(
        verb="discard",
        label=_("Entwurf verwerfen"),
        sources=("draft",),
        target="discarded",
        danger=True,
        explains=_("Der Entwurf wird nicht weiter bearbeitet. Er bleibt zum Nachlesen erhalten."),
    ),
)
