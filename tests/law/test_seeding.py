"""What an installation begins with: every figure the house asks for, and never over the office's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from access.models import OrganisationalUnit
from history.actor import System, acting_as
from law.actions import lay_down_figures
from law.models import LegalFigure
from law.queries import figure, figures
from law.rules import KNOWN

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def test_an_empty_installation_gets_every_known_figure_for_today():
    call_command("seed_law", verbosity=0)
    assert set(figures(KNOWN, date(2026, 11, 22))) == set(KNOWN)


def test_the_figures_are_those_of_the_law():
    lay_down_figures()
    on = date(2026, 11, 22)
    told = {key: str(found) for key, found in figures(KNOWN, on).items()}
    assert told["occupancy.area_per_person"] == "9 m² (§ 7 WoAufG LSA, gilt seit 29.11.2018)"
    assert told["occupancy.area_per_child"] == "6 m² (§ 7 WoAufG LSA, gilt seit 29.11.2018)"
    assert told["occupancy.child_age"].startswith("6 Jahre")
    assert told["appeal.period"].startswith("1 Monat (§ 70 VwGO")
    assert told["report.screening"].startswith("3 Arbeitstage")
    assert told["measure.C"].startswith("24 Stunden")
    assert figure("delivery.posted", date(2024, 12, 31)).value == 3
    assert figure("delivery.posted", date(2025, 1, 1)).value == 4


def test_laying_down_twice_changes_nothing():
    first = lay_down_figures()
    assert first.refused == []
    before = list(LegalFigure.history.values_list("history_id", flat=True))
    assert lay_down_figures() == (0, [])
    assert list(LegalFigure.history.values_list("history_id", flat=True)) == before


def test_what_the_office_changed_moved_or_deleted_stays_so():
    lay_down_figures()
    changed = LegalFigure.objects.get(key="hearing.reply")
    moved = LegalFigure.objects.get(key="measure.A")
    deleted = LegalFigure.objects.get(key="measure.B")
    with acting_as(System("Amt"), because="Dienstregel vom 01.11.2026"):
        changed.value = Decimal(21)
        changed.save()
        moved.valid_from = date(2026, 11, 1)
        moved.save()
        deleted.delete()
    assert lay_down_figures() == (0, [])
    assert figure("hearing.reply", date(2026, 11, 22)).value == 21
    assert LegalFigure.objects.filter(key="measure.A").count() == 1
    assert not LegalFigure.objects.filter(key="measure.B").exists()


def test_a_new_figure_of_a_later_release_that_contradicts_the_office_is_told_and_left_out(tmp_path):
    unit = lay_down_figures() and OrganisationalUnit.objects.get(code="administrator")
    with acting_as(System("Amt"), because="befristet"):
        own = LegalFigure.objects.get(key="hearing.reply")
        own.valid_to = date(2028, 12, 31)
        own.save()
    file: Path = tmp_path / "figures.csv"
    file.write_text(
        "key;value;unit;valid_from;valid_to;legal_ref;note\n"
        "hearing.reply;28;days;2028-01-01;;§ 28 VwVfG;\n"
        "measure.A;60;days;2028-01-01;;§ 5 WoAufG LSA;\n",
        encoding="utf-8",
    )
    laid = lay_down_figures(file)
    assert laid.entered == 1
    assert laid.refused == [
        f"hearing.reply 2028-01-01: {own} gilt bis 31.12.2028. "
        "Bitte erst dort „Gilt bis“ leeren oder vorziehen."
    ]
    assert unit == own.unit


def test_the_figures_are_entered_by_the_delivery_and_belong_to_the_administration():
    lay_down_figures()
    row = LegalFigure.history.first()
    assert row.history_actor_label == "Auslieferung"
    assert {f.unit.name for f in LegalFigure.objects.select_related("unit")} == {"Systemverwaltung"}
