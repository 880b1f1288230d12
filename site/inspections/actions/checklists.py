"""Checklists: released once, then only succeeded by a further edition."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Carrier, OrganisationalUnit
from access.roles import ROLES
from history.actor import System, acting_as
from inspections import rules
from inspections.models import ChecklistItem, ChecklistTemplate
from workflow import Step, Steps

DELIVERED = settings.BASE_DIR / "fixtures" / "inspections" / "wohnung.csv"
CODE = "wohnung"
_KEEPER = "inspection"
_SINCE = datetime.date(2018, 11, 29)  # since when WoAufG LSA is in force


def _has_items(template: ChecklistTemplate) -> list[str]:
    return [] if template.items.exists() else [_("Der Prüfbogen hat noch keine Prüfpunkte.")]


def _revise(step: Step) -> None:
    """A draft of the next edition, with the same items, valid from today until somebody says when."""
    old = step.record
    newest = ChecklistTemplate.objects.filter(code=old.code).aggregate(newest=Max("edition"))
    draft = ChecklistTemplate(
        code=old.code,
        edition=newest["newest"] + 1,
        title=old.title,
        valid_from=timezone.localdate(step.at),
        unit=old.unit,
    )
    draft.save()
    for item in old.items.order_by("position"):
        copy = ChecklistItem(template=draft, unit=draft.unit)
        for name in ("position", "group", "text", "hint", "legal_ref", "default_severity"):
            setattr(copy, name, getattr(item, name))
        copy.photo_required = item.photo_required
        copy.save()


TEMPLATE_STEPS = Steps(
    ChecklistTemplate,
    "state",
    rules.TEMPLATE,
    guards={"release": _has_items},
    effects={"revise": _revise},
)


@transaction.atomic
def lay_down_checklist(file: Path = DELIVERED) -> int:
    """Enter and release the delivered checklist for dwellings; returns how many items it has.

    Once only: whatever the office did with it since, deleting included, stays.
    """
    if ChecklistTemplate.history.filter(code=CODE).exists():
        return 0
    unit, _made = OrganisationalUnit.objects.get_or_create(
        code=_KEEPER, defaults={"name": ROLES[_KEEPER].name, "carrier": Carrier.CITY}
    )
    keeper = System("Auslieferung")
    with acting_as(keeper, because="Prüfbogen, mit dem eine Installation beginnt"):
        template = ChecklistTemplate(
            code=CODE, title="Prüfbogen Wohnung", valid_from=_SINCE, unit=unit
        )
        template.full_clean()
        template.save()
        with file.open(encoding="utf-8", newline="") as lines:
            items = [_item(template, row) for row in csv.DictReader(lines, delimiter=";")]
        TEMPLATE_STEPS.perform(template, "release", user=keeper)
    return len(items)


def _item(template: ChecklistTemplate, row: dict[str, str]) -> ChecklistItem:
    item = ChecklistItem(
        template=template,
        position=int(row["position"]),
        group=row["group"],
        text=row["text"],
        hint=row["hint"],
        legal_ref=row["legal_ref"],
        default_severity=row["default_severity"],
        photo_required=row["photo_required"] == "yes",
        unit=template.unit,
    )
    item.full_clean()
    item.save()
    return item
