"""The report as a paper for ever, and the sheet for where no phone works."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from agenda.models import Task
from inspections.actions import add_photo
from inspections.models import Inspection
from papers.models import IssuedPaper, Letterhead
from tests.backoffice.desk import page, signed_in
from tests.inspections.conftest import item, locked, note, rest_in_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def letterhead(cast: Any, acting: None) -> Letterhead:
    head = Letterhead(
        unit=cast.house_a,
        name="Stadt Beispielstadt",
        street="Beispielplatz 1",
        town="01234 Beispielstadt",
        place="Beispielstadt",
        valid_from=datetime.date(2020, 1, 1),
    )
    head.save()
    return head


def test_the_locked_report_is_kept_as_a_paper_without_names(visit, inspector, letterhead, picture):
    note(visit, 3, severity="B", description="Schimmel an der Außenwand")
    add_photo(inspection=visit, file=picture(), item=item(3))
    rest_in_order(visit)
    visit.adults_met = 7
    visit.save()
    locked(visit, inspector)
    paper = IssuedPaper.objects.get()
    assert (paper.code, paper.owner_pk, len(paper.sha256)) == ("inspection_report", visit.pk, 64)
    assert "Schimmel an der Außenwand" in paper.context
    assert '"7"' in paper.context


def test_a_missing_letterhead_is_a_task_and_no_obstacle(visit, inspector):
    rest_in_order(visit)
    assert locked(visit, inspector).is_locked
    assert not IssuedPaper.objects.exists()
    assert Task.objects.filter(**Task.about(visit), title__contains="Briefkopf").exists()


def test_the_field_sheet_is_a_pdf_for_who_may_see_the_inspection(cast, visit, letterhead):
    answer = signed_in(cast, "inspection").get(page(visit, "field-sheet"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert signed_in(cast, "clearing").get(page(visit, "field-sheet")).status_code == 404


def test_without_a_letterhead_the_field_sheet_says_what_to_do(cast, visit):
    answer = signed_in(cast, "inspection").get(page(visit, "field-sheet"))
    assert answer.status_code == 409
    assert Inspection.objects.get().version == visit.version
