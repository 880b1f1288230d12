"""What the office decides about the housing stock. Plain values: no models, no request."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How a building or dwelling stands with the housing supervision. Never typed in."""

    NORMAL = "normal", _("normal")
    OBSERVED = "observed", _("unter Beobachtung")
    MEASURE = "measure", _("Maßnahme läuft")
    CLOSED = "closed", _("gesperrt")
    DEMOLISHED = "demolished", _("abgebrochen")


#: Fact → the state it makes, weightiest first. The first fact that is true decides.
PRECEDENCE: tuple[tuple[str, State], ...] = (
    ("demolished", State.DEMOLISHED),
    ("closed", State.CLOSED),
    ("measure_running", State.MEASURE),
    ("observed", State.OBSERVED),
)


def resulting_state(facts: Mapping[str, bool]) -> State:
    """The state that follows from what is true; a fact not named is not true."""
    return next((state for fact, state in PRECEDENCE if facts.get(fact)), State.NORMAL)
