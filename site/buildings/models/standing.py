"""How a building or dwelling stands with the supervision: facts that actions set, and the state.

The state is worked out by the database from the facts, so that it is right on every path (form,
import, undo) and can be neither typed nor forgotten.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from buildings.rules import PRECEDENCE, State
from catalogue import Field, Section
from history.models import Recorded

FACTS = ("observed", "measure_running", "closed")


class Supervised(Recorded):
    """Facts about a building or dwelling that other rooms know: `actions.set_state` sets them."""

    observed = models.BooleanField(_("Vorgang offen"), default=False)
    measure_running = models.BooleanField(_("Maßnahme angeordnet"), default=False)
    closed = models.BooleanField(_("Sperrung in Kraft"), default=False)

    class Meta:
        abstract = True


def state_field(**conditions: Q) -> Any:
    """The state, weightiest fact first. `conditions`: facts that are no column of their own."""
    whens = [
        When(conditions.get(fact, Q(**{fact: True})), then=Value(state.value))
        for fact, state in PRECEDENCE
        if fact in FACTS or fact in conditions
    ]
    return models.GeneratedField(
        expression=Case(*whens, default=Value(State.NORMAL.value)),
        output_field=models.CharField(max_length=12),
        db_persist=True,
        choices=State.choices,
        verbose_name=_("Aufsichtsstand"),
        help_text=_("Ergibt sich aus den Vorgängen der Wohnraumkontrolle."),
    )


STANDING = Section(
    _("Wohnungsaufsicht"),
    Field("state", listed=True, filtered=True, entered=False),
    *(Field(fact, entered=False, exchanged=False) for fact in FACTS),
)
