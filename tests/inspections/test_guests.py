"""An invited authority sees and fills its own sheet, and nothing else (journey J8)."""

from __future__ import annotations

import pytest

from access.models import Carrier, Membership, OrganisationalUnit
from access.policy import policy_of
from agenda.models import Task
from inspections.actions import PARTICIPATION_STEPS, authority_was_invited
from inspections.models import Finding, Inspection, InspectionCase, Participation
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.inspections.conftest import locked, note, rest_in_order

pytestmark = pytest.mark.django_db

LIST = "/admin/inspections/participation/"


@pytest.fixture
def other(visit) -> Participation:
    """The sheet of another authority, with words that must not cross."""
    unit = OrganisationalUnit.objects.create(
        code="bauaufsicht", name="Bauaufsicht", carrier=Carrier.DISTRICT
    )
    sheet = Participation(
        inspection=visit,
        invited=unit,
        scope="zzgeheimerauftragzz",
        state="own_report_received",
        own_findings="zzfremdesergebniszz",
        unit=visit.unit,
    )
    sheet.save()
    return sheet


def test_the_guest_reaches_its_own_sheet_and_no_other(cast, guest, invited, other):
    client = signed_in(cast, "guest")
    assert list(policy_of(Participation).visible(guest)) == [invited]
    shown = body_of(client.get(LIST, {"q": ""}))
    assert invited.reference in shown
    assert other.reference not in shown
    assert client.get(page(invited)).status_code == 200
    assert client.get(page(invited, "history")).status_code == 200
    for name in ("", "history", "edit", "step/report", "step/confirm"):
        assert client.get(page(other, name)).status_code == 404, name
    for address in (LIST, page(invited), page(invited, "history"), "/admin/"):
        text = body_of(client.get(address))
        assert "zzgeheimerauftragzz" not in text
        assert "zzfremdesergebniszz" not in text


def test_the_sheet_tells_where_and_when_and_nothing_of_the_case(cast, guest, invited, case):
    note(invited.inspection, 3, description="zzbefundzz")
    text = body_of(signed_in(cast, "guest").get(page(invited)))
    for word in ("Erdachte Gasse 7, 06667 Beispielstadt", "2. OG links", "12.03.2026", "09:30"):
        assert word in text
    assert case.reference not in text
    assert "zzbefundzz" not in text


def test_the_guest_meets_no_case_no_inspection_and_no_finding(cast, guest, invited, case):
    client = signed_in(cast, "guest")
    for model in (InspectionCase, Inspection, Finding):
        assert not policy_of(model).may(guest, "view")
    for address in (
        page(case),
        page(invited.inspection),
        page(invited.inspection, "sheet"),
        "/admin/inspections/inspectioncase/",
        "/admin/inspections/inspection/",
        "/admin/inspections/participation/export/",
    ):
        assert client.get(address).status_code == 404, address


def test_a_colleague_of_another_authority_sees_the_other_sheet_only(cast, guest, invited, other):
    Membership.objects.filter(user=guest).update(unit=other.invited)
    client = signed_in(cast, "guest")
    assert client.get(page(other)).status_code == 200
    assert client.get(page(invited)).status_code == 404


def test_the_guest_confirms_and_adds_its_own_result_after_the_report_is_locked(
    cast, guest, invited, inspector
):
    authority_was_invited(invited)
    assert Task.objects.get(unit=invited.invited).state == "open"
    client = signed_in(cast, "guest")
    answer = client.post(page(invited, "step/confirm"), {"person_name": "Frau Beispiel"})
    assert answer.status_code == 302, body_of(answer)
    assert Task.objects.get(unit=invited.invited).state == "done"
    invited.refresh_from_db()
    PARTICIPATION_STEPS.perform(invited, "attend", user=inspector)
    rest_in_order(invited.inspection)
    locked(invited.inspection, inspector)

    answer = client.post(
        page(invited, "step/report"),
        {"own_findings": "Zwei Kinder ohne Kitaplatz", "own_follow_up": "Hausbesuch"},
    )

    assert answer.status_code == 302, body_of(answer)
    invited.refresh_from_db()
    assert (invited.state, invited.own_findings) == (
        "own_report_received",
        "Zwei Kinder ohne Kitaplatz",
    )
    seen = body_of(signed_in(cast, "inspection").get(page(invited)))
    assert "Zwei Kinder ohne Kitaplatz" in seen


def test_another_day_is_put_before_whoever_had_confirmed_the_old_one(cast, guest, invited):
    authority_was_invited(invited)
    client = signed_in(cast, "guest")
    client.post(page(invited, "step/confirm"), {})
    visit = invited.inspection
    sent = {
        **{name: getattr(visit, f"{name}_id") for name in ("case", "building", "dwelling", "unit")},
        **{name: getattr(visit, name) for name in ("reason", "kind", "entry_basis")},
        "template": visit.template_id,
        "inspected_on": "19.03.2026",
        "planned_time": "09:30",
        "seen_version": visit.version,
        "change_reason": "Dolmetscher verhindert",
    }
    inspects = signed_in(cast, "inspection")
    assert inspects.post(page(visit, "edit"), sent).status_code == 302
    invited.refresh_from_db()
    assert invited.state == "requested"
    (open_one,) = Task.objects.filter(unit=invited.invited, state="open")
    assert "Kontrolle am 19.03.2026 beantworten" in body_of(client.get("/admin/"))
    sent |= {"seen_version": visit.version + 1, "interpreter": "Rumänisch, am Telefon"}
    assert inspects.post(page(visit, "edit"), sent).status_code == 302
    assert Task.objects.get(unit=invited.invited, state="open") == open_one, "the day is the same"


def test_the_guest_neither_edits_the_invitation_nor_says_it_attended(cast, guest, invited):
    client = signed_in(cast, "guest")
    assert client.get(page(invited, "edit")).status_code == 404
    refused = client.post(page(invited, "step/attend"), {})
    assert refused.status_code == 403
    assert "darf Ihre Rolle nicht ausführen" in body_of(refused)
    invited.refresh_from_db()
    assert invited.state == "requested"


def test_the_helping_side_meets_nothing_of_this_room(cast, visit, case, invited):
    for role in ("clearing", "outreach", "school_team"):
        client = signed_in(cast, role)
        for record in (case, visit, invited):
            assert client.get(page(record)).status_code == 404, (role, record)
