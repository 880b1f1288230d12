"""A frozen paper stays what it is, whatever happens to its wording, its letterhead or its owner."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from access.models import User
from buildings.models import Building
from history import ledger
from history.actor import acting_as
from history.erasure import erase
from history.sealing import seal_new_rows
from history.verification import Verification
from inspections.papers import ORDER
from papers import files
from papers.actions import (
    VERSION_STEPS,
    begin_version,
    freeze,
    lay_down_wordings,
    version_in_use,
)
from papers.filling import PaperError
from papers.models import IssuedPaper, Letterhead, PaperTemplate
from papers.registry import Paper, papers
from papers.rendering import render
from people.models import Person
from tests.papers.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def frozen(
    house: Building, who: User, context: dict[str, Any] | None = None, **more: Any
) -> IssuedPaper:
    with acting_as(who, because="Test"):
        return freeze(owner=house, code="order", context=context or ORDER.example, at=AT, **more)


def path_of(paper: IssuedPaper) -> Path:
    return Path(settings.PRIVATE_ROOT) / paper.stored_as


def text_of(paper: IssuedPaper) -> str:
    pages = PdfReader(io.BytesIO(files.bytes_of(paper))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_frozen_paper_keeps_bytes_digest_version_and_context(
    house: Building, clerk: User, letterhead: Letterhead
) -> None:
    paper = frozen(house, clerk)
    assert (paper.owner_label, paper.owner_pk) == ("buildings.building", house.pk)
    assert paper.template.number == 1
    assert paper.created_by == clerk
    again = render("order", ORDER.example, at=AT, letterhead=letterhead.head)
    assert (paper.sha256, files.bytes_of(paper)) == (again.sha256, again.pdf)
    snapshot = json.loads(paper.context)
    assert snapshot["context"]["frist"]["ende"] == "2026-04-30"
    assert snapshot["letterhead"]["name"] == "Stadt Beispielstadt"
    assert os.stat(path_of(paper)).st_size == paper.size


def test_a_new_wording_a_new_letterhead_and_a_changed_owner_do_not_touch_it(
    house: Building, clerk: User, head: User, letterhead: Letterhead
) -> None:
    paper = frozen(house, clerk)
    before = (paper.sha256, files.bytes_of(paper))
    with acting_as(clerk, because="Test"):
        draft = begin_version(paper.template)
        draft.title, draft.text = "Neu", "Ganz anderer Text für {{ anrede }}"
        draft.save()
        letterhead.name = "Stadt Anderswo"
        letterhead.save()
        house.street = "Andere Straße"
        house.save()
    VERSION_STEPS.perform(draft, "release", user=head)
    paper.refresh_from_db()
    assert (paper.sha256, files.bytes_of(paper)) == before
    assert paper.template.state == "retired"
    assert "Stadt Beispielstadt" in text_of(paper)
    later = frozen(house, clerk)
    assert later.template.number == 2
    assert "Stadt Anderswo" in text_of(later)


def test_it_cannot_be_changed(house: Building, clerk: User, letterhead: Letterhead) -> None:
    paper = frozen(house, clerk)
    paper.title = "anders"
    with (
        acting_as(clerk, because="Test"),
        pytest.raises(ValidationError, match="nicht mehr geändert"),
    ):
        paper.save()


def test_nothing_is_stored_of_a_paper_that_cannot_be_made(house: Building, clerk: User) -> None:
    before = list(files._stored(files.FOLDER))
    with pytest.raises(PaperError, match="kein Briefkopf"):
        frozen(house, clerk)
    assert not IssuedPaper.objects.exists()
    assert list(files._stored(files.FOLDER)) == before


def test_the_letterhead_is_the_unit_s_of_that_day_or_the_one_for_all(
    house: Building, clerk: User, letterhead: Letterhead
) -> None:
    with acting_as(clerk, because="Test"):
        letterhead.valid_from = dt.date(2026, 3, 15)
        letterhead.save()
    with pytest.raises(PaperError, match="kein Briefkopf"):
        frozen(house, clerk)


@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_a_missing_or_altered_file_is_named(
    house: Building, clerk: User, letterhead: Letterhead, damage: str
) -> None:
    for name in list(files._stored(files.FOLDER)):
        files.remove(name)  # of other tests
    paper = frozen(house, clerk)
    out = io.StringIO()
    call_command("verify_papers", stdout=out)
    assert "1 Schreiben" in out.getvalue()
    if damage == "missing":
        path_of(paper).unlink()
    else:
        data = bytearray(path_of(paper).read_bytes())
        data[-20] ^= 1
        path_of(paper).write_bytes(data)
    with pytest.raises(SystemExit):
        call_command("verify_papers", stdout=out)
    assert f"{paper.reference}: Die Datei" in out.getvalue()


@pytest.mark.parametrize("through", ["owner", "subject"])
def test_erasing_the_owner_or_somebody_in_it_destroys_content_and_file(
    house: Building,
    clerk: User,
    letterhead: Letterhead,
    through: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with acting_as(clerk, because="Test"):
        person = Person(unit=house.unit, family_name="Kanarienvogel")
        person.save()
        context = ORDER.example | {"anrede": "Sehr geehrter Herr Kanarienvogel,"}
        paper = freeze(owner=house, code="order", context=context, at=AT, subjects=[person])
    seal_new_rows()
    digest, file = paper.sha256, path_of(paper)
    with acting_as(clerk, because="Test"), django_capture_on_commit_callbacks(execute=True):
        erase(house if through == "owner" else person, rule="Art. 17 DSGVO")
    ledger.forget_layouts()  # the test's "commit" is rolled back after all
    paper.refresh_from_db()
    assert paper.erased
    assert (paper.title, paper.subjects, paper.sha256) == ("", "", digest)
    assert not file.exists()
    assert not IssuedPaper.history.filter(context__contains="Kanarienvogel").exists()
    assert [str(problem) for problem in Verification().problems()] == []
    assert not [fault for fault in files.faults() if fault.reference == paper.reference]


def test_a_file_that_outlived_its_erasure_is_named(
    house: Building, clerk: User, letterhead: Letterhead
) -> None:
    paper = frozen(house, clerk)
    with acting_as(clerk, because="Test"):
        erase(house, rule="Art. 17 DSGVO")  # no commit, as if the process had died before it
    assert (
        str(next(files.faults())) == f"{paper.reference}: Der Inhalt ist gelöscht, die Datei nicht."
    )


def test_another_s_number_that_begins_alike_is_no_reason_to_erase(
    house: Building, clerk: User, letterhead: Letterhead
) -> None:
    with acting_as(clerk, because="Test"):
        person = Person(unit=house.unit, family_name="Eins")
        person.save()
        paper = freeze(
            owner=house, code="order", context=ORDER.example, at=AT,
            subjects=[Person(pk=int(f"{person.pk}7"))],
        )  # fmt: skip
        erase(person, rule="Art. 17 DSGVO")
    paper.refresh_from_db()
    assert not paper.erased


def test_a_released_version_is_never_changed(clerk: User) -> None:
    template = version_in_use("order")
    template.text = "Ganz anders"
    with acting_as(clerk, because="Test"), pytest.raises(ValidationError, match="steht fest"):
        template.save()


def test_the_next_version_is_one_draft_however_often_it_is_begun(clerk: User) -> None:
    with acting_as(clerk, because="Test"):
        first = begin_version(version_in_use("order"))
        assert begin_version(version_in_use("order")) == first
    assert (first.number, first.state) == (2, "draft")


def test_who_wrote_a_version_does_not_release_it(clerk: User, head: User) -> None:
    with acting_as(head, because="Test"):
        own = begin_version(version_in_use("order"))
    with pytest.raises(PermissionDenied, match="nicht mitgeschrieben"):
        VERSION_STEPS.perform(own, "release", user=head)
    with acting_as(clerk, because="Test"):
        other = begin_version(version_in_use("field_sheet"))
    VERSION_STEPS.perform(other, "release", user=head)
    other.refresh_from_db()
    assert (other.state, other.released_by) == ("current", head)
    with acting_as(clerk, because="Test"):
        third = begin_version(other)
    with pytest.raises(PermissionDenied):
        VERSION_STEPS.perform(third, "release", user=clerk)


def test_one_version_is_in_use_and_the_database_says_so(clerk: User) -> None:
    version_in_use("order")
    with acting_as(clerk, because="Test"), pytest.raises(IntegrityError), transaction.atomic():
        PaperTemplate(
            unit=version_in_use("order").unit, code="order", title="x", text="y", state="current"
        ).save()


def test_delivered_wordings_are_laid_down_once(db: None) -> None:
    count = sum(len(paper.languages) for paper in papers())
    assert lay_down_wordings() == count
    assert lay_down_wordings() == 0
    assert PaperTemplate.objects.filter(state="current").count() == count


def test_a_language_without_wording_is_refused(house: Building, clerk: User, note: Paper) -> None:
    with pytest.raises(PaperError, match="kein Wortlaut in der Sprache „ro“"):
        frozen(house, clerk, language="ro")
