"""A locked report is read-only through every door: form, step, file, photo, and from the side."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from access.policy import policy_of
from history.actor import System, acting_as
from inspections.actions import add_photo
from inspections.models import Finding, FindingPhoto, Inspection, PresentPerson, TeamMember
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.inspections.conftest import item, locked, note, rest_in_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(visit, inspector, picture, invited):
    """A locked inspection with one part of every kind."""
    from inspections.actions import PARTICIPATION_STEPS

    PARTICIPATION_STEPS.perform(invited, "attend", user=inspector)
    rest_in_order(visit)
    add_photo(inspection=visit, file=picture(), item=item(1))
    PresentPerson(inspection=visit, number=1, age_group="adult", unit=visit.unit).save()
    TeamMember(inspection=visit, member=inspector, unit=visit.unit).save()
    return locked(visit, inspector)


def parts(done: Inspection) -> list:
    return [
        done,
        done.findings.first(),
        done.photos.get(),
        done.present_persons.get(),
        done.team.get(),
        done.participations.get(),
    ]


def test_no_part_is_within_reach_of_change_or_delete(done, inspector, head):
    for user in (inspector, head):
        for part in parts(done):
            policy = policy_of(type(part))
            assert policy.visible(user).filter(pk=part.pk).exists()
            for verb in ("change", "delete"):
                assert not policy.visible(user, verb).filter(pk=part.pk).exists(), (part, verb)


def test_no_form_opens_and_none_is_taken(done, cast):
    client = signed_in(cast, "inspection")
    for part in parts(done):
        assert client.get(page(part)).status_code == 200
        for name in ("edit", "delete"):
            assert client.get(page(part, name)).status_code == 404
            assert client.post(page(part, name), {"change_reason": "x"}).status_code == 404
    for name in ("sheet", "photo"):
        assert client.get(page(done, name)).status_code == 404
        assert client.post(page(done, name), {}).status_code == 404


def test_nothing_is_added_to_it(done, inspector, picture):
    with acting_as(inspector, because="nachgereicht"):
        for part in (
            Finding(inspection=done, item=item(1), outcome="ok", unit=done.unit),
            FindingPhoto(inspection=done, number=9, file=picture(), unit=done.unit),
            PresentPerson(inspection=done, number=9, age_group="child", unit=done.unit),
        ):
            with pytest.raises(ValidationError, match="ist festgeschrieben"):
                part.full_clean()
        with pytest.raises(ValidationError, match="ist festgeschrieben"):
            add_photo(inspection=done, file=picture())


def test_a_form_that_names_it_is_refused(done, cast):
    answer = signed_in(cast, "inspection").post(
        "/admin/inspections/presentperson/add/",
        {
            "inspection": done.pk,
            "number": 9,
            "age_group": "adult",
            "document_seen": "no",
            "unit": done.unit_id,
        },
    )
    assert "ist festgeschrieben" in body_of(answer)
    assert PresentPerson.objects.count() == 1


def test_no_import_changes_it_not_even_the_systems(done, tmp_path):
    file = tmp_path / "kontrollen.csv"
    file.write_text(
        "Straße;Hausnummer;Postleitzahl;Wohnung;Kontrolle am;Anlass;gezählte Betten\n"
        f"Erdachte Gasse;7;06667;2. OG links;{done.inspected_on:%d.%m.%Y};Lärm;99\n",
        encoding="utf-8",
    )
    told = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_table", "inspection", file, "--apply", stdout=told, stderr=told)
    assert "ist festgeschrieben" in told.getvalue()
    done.refresh_from_db()
    assert (done.reason, done.beds_counted) == ("structural_defect", None)


def test_its_history_and_the_proof_say_the_same(done):
    from history.verification import Verification

    assert list(Verification().problems()) == []


def test_a_cancelled_inspection_is_read_only_too(visit, inspector):
    from tests.inspections.conftest import step

    step(visit, "cancel", inspector, reason="Mieter verzogen")
    with (
        acting_as(System("Test"), because="x"),
        pytest.raises(ValidationError, match="ist abgesagt"),
    ):
        note(visit, 1, "ok")
