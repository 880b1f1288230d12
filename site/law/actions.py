"""Laying down the figures an installation begins with."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from access.models import Carrier, OrganisationalUnit
from access.roles import ROLES
from history.actor import System, acting_as
from law.models import LegalFigure

FIGURES = settings.BASE_DIR / "fixtures" / "law" / "figures.csv"
_KEEPER = "administrator"


class Laid(NamedTuple):
    """How many figures were entered, and what could not be, in words."""

    entered: int
    refused: list[str]


@transaction.atomic
def lay_down_figures(file: Path = FIGURES) -> Laid:
    """Enter the figures of the file that were never entered before. Safe to repeat.

    Whatever the office did with a figure stays: one that was changed, moved to another day or
    deleted is known from its history by key and first day, and is not entered again.
    """
    known = set(LegalFigure.history.values_list("key", "valid_from"))
    new = [figure for figure in _figures_in(file) if (figure.key, figure.valid_from) not in known]
    if not new:
        return Laid(0, [])
    keeper, refused = _keeper(), []
    with acting_as(System("Auslieferung"), because="Vorgaben, mit denen eine Installation beginnt"):
        for figure in new:
            figure.unit = keeper
            try:
                figure.full_clean()
            except ValidationError as error:
                refused.append(f"{figure.key} {figure.valid_from}: {' '.join(error.messages)}")
            else:
                figure.save()
    return Laid(len(new) - len(refused), refused)


def _figures_in(file: Path) -> Iterator[LegalFigure]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            yield LegalFigure(
                key=row["key"],
                value=Decimal(row["value"]),
                measured_in=row["unit"],
                valid_from=datetime.date.fromisoformat(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
                legal_ref=row["legal_ref"],
                note=row["note"],
            )


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _keeper() -> OrganisationalUnit:
    """The unit that answers for the figures: a new installation has none yet, so it is made."""
    unit, _made = OrganisationalUnit.objects.get_or_create(
        code=_KEEPER, defaults={"name": ROLES[_KEEPER].name, "carrier": Carrier.CITY}
    )
    return unit
