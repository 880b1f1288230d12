"""Closures: no seal before everybody is provided for, and no opening by who closed."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.models import User
from buildings.models import Dwelling, OccupancyEntry, OccupancyPlan
from history.actor import System
from inspections.enforcement import closing, queries
from inspections.enforcement.actions import CLOSURE_STEPS, NEED_STEPS
from inspections.models import (
    Closure,
    Hearing,
    Inspection,
    InspectionCase,
    PresentPerson,
    RehousingNeed,
)
from tests.inspections.conftest import locked, note, plan, rest_in_order
from tests.inspections.measuring import measure_of, resolve, take
from workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def dangerous(visit: Inspection, inspector: User) -> Inspection:
    """A locked inspection that found an immediate danger."""
    number = visit.template.items.filter(photo_required=False).first().position  # type: ignore[union-attr]
    note(visit, number, severity="C", description="Kein zweiter Rettungsweg.")
    rest_in_order(visit)
    return locked(visit, inspector)


@pytest.fixture
def closure(dangerous: Inspection, case: InspectionCase) -> Closure:
    findings = list(dangerous.findings.filter(outcome="deficient"))
    measure = measure_of(case, findings, kind="unfitness_declaration")
    closure = Closure(
        measure=measure,
        building=case.building,
        dwelling=case.dwelling,
        reason="fire_safety",
        legal_basis="§ 6 WoAufG LSA",
        imminent_danger=True,
        unit=case.unit,
    )
    closure.full_clean()
    closure.save()
    return closure


@pytest.fixture
def nine(closure: Closure) -> OccupancyPlan:
    """The plan in force: nine residents, two of them children."""
    plan = OccupancyPlan(
        dwelling=closure.dwelling,
        as_of=timezone.localdate(),
        source="inspection",
        unit=closure.unit,
    )
    plan.save()
    for number in range(1, 10):
        group = "child" if number > 7 else "adult"
        OccupancyEntry(plan=plan, number=number, age_group=group, unit=plan.unit).save()
    plan.state = "verified"
    plan.save()
    return plan


def need_for(closure: Closure, entry: OccupancyEntry) -> RehousingNeed:
    need = RehousingNeed(closure=closure, number=entry.number, entry=entry, unit=closure.unit)
    need.full_clean()
    need.save()
    return need


TODAY = timezone.localdate
SEAL = {"seal_no": "S-17", "keys": "2 Stück"}
CLOSING_DATA: dict[str, dict[str, Any]] = {
    "take_effect": {"effective_from": datetime.date(2026, 3, 12)},
    "state_empty": {"no_residents_reason": "Leer stehend."},
    "inform_youth_office": {
        "youth_office_on": datetime.date(2026, 3, 12),
        "youth_office_by": "Bereitschaft",
    },
    "seal": {**SEAL, "sealed_on": datetime.date(2026, 3, 12)},
    "request_reopening": {"reopening_requested_on": datetime.date(2026, 3, 20)},
}
NEED_DATA: dict[str, dict[str, Any]] = {
    "offer": {"offered": "Gemeinschaftsunterkunft"},
    "move": {"moved_on": datetime.date(2026, 3, 14)},
    "lose_contact": {"note": "Telefon aus"},
}


def test_every_step_of_a_closure_starts_from_its_states_only(
    closure: Closure, dangerous: Inspection
) -> None:
    actor = System("Prüfung")
    for verb, transition in CLOSURE_STEPS.table.items():
        data = dict(CLOSING_DATA.get(verb, {}))
        for state in closing.ClosureState:
            with transaction.atomic():
                record = Closure.objects.get(pk=closure.pk)
                if verb == "list_residents":
                    _with_a_person_met(dangerous)
                if verb == "seal":
                    record.no_residents_reason = "Leer stehend."
                if verb == "record_inspection":
                    data = {"reopening_inspection": dangerous}
                if verb == "lift":
                    resolve(record.measure.targets.get().finding, dangerous)
                record.state, record.sealed_on = state, datetime.date(2026, 3, 12)
                record.save()
                if transition.starts_from(state):
                    done = CLOSURE_STEPS.perform(
                        record, verb, user=actor, reason="Weil.", data=data
                    )
                    assert done.state == (transition.target or state), (verb, state)
                else:
                    with pytest.raises(Refused, match="geht nicht im Stand"):
                        CLOSURE_STEPS.perform(record, verb, user=actor, reason="Weil.", data=data)
                transaction.set_rollback(True)


def _with_a_person_met(visit: Inspection) -> None:
    PresentPerson(inspection=visit, number=1, age_group="adult", unit=visit.unit).save()


def test_every_step_of_a_rehousing_starts_from_its_states_only(
    closure: Closure, nine: OccupancyPlan
) -> None:
    need = need_for(closure, nine.entries.first())  # type: ignore[arg-type]
    for verb, transition in NEED_STEPS.table.items():
        for state in closing.NeedState:
            with transaction.atomic():
                need.refresh_from_db()
                need.state = state
                need.save()
                data = NEED_DATA.get(verb, {})
                if transition.starts_from(state):
                    done = NEED_STEPS.perform(
                        need, verb, user=System("Prüfung"), reason="Weil.", data=data
                    )
                    assert done.state == transition.target
                else:
                    with pytest.raises(Refused, match="geht nicht im Stand"):
                        NEED_STEPS.perform(
                            need, verb, user=System("Prüfung"), reason="Weil.", data=data
                        )
                transaction.set_rollback(True)


def test_no_seal_while_two_of_nine_have_no_place_and_the_youth_office_knows_nothing(
    closure: Closure, nine: OccupancyPlan, inspector: User
) -> None:
    closure = take(closure, "take_effect", inspector, effective_from=TODAY())
    for entry in nine.entries.order_by("number")[:7]:
        need_for(closure, entry)
    with pytest.raises(Refused) as refused:
        take(closure, "seal", inspector, sealed_on=TODAY(), **SEAL)
    assert refused.value.messages == [
        "2 von 9 Bewohnern ohne Unterbringung.",
        "Jugendamt nicht unterrichtet: Hier wohnen Kinder.",
    ]
    closure = take(closure, "list_residents", inspector)
    assert closure.needs.count() == 9
    assert closure.needs.filter(minor=True).count() == 2
    with pytest.raises(Refused, match="Alle bekannten Bewohner haben schon eine Zeile"):
        take(closure, "list_residents", inspector)
    with pytest.raises(Refused, match="Es gibt Bewohner, und für sie gibt es Zeilen"):
        take(closure, "state_empty", inspector, no_residents_reason="Leer.")
    closure = take(
        closure,
        "inform_youth_office",
        inspector,
        youth_office_on=TODAY(),
        youth_office_by="Bereitschaftsdienst",
    )
    closure = take(closure, "seal", inspector, sealed_on=TODAY(), **SEAL)
    assert closure.state == "sealed"


def test_a_child_of_an_older_plan_and_somebody_of_no_age_count_as_minors(
    closure: Closure, nine: OccupancyPlan
) -> None:
    nine.as_of = TODAY() - datetime.timedelta(days=40)
    nine.save()
    OccupancyEntry(plan=nine, number=10, age_group="unknown", unit=nine.unit).save()
    minors = [resident.entry.number for resident in queries.residents(closure) if resident.minor]  # type: ignore[union-attr]
    assert minors == [8, 9, 10]


def test_without_a_plan_those_met_last_count_and_without_them_a_reason_is_needed(
    closure: Closure, dangerous: Inspection, inspector: User
) -> None:
    closure = take(closure, "take_effect", inspector, effective_from=TODAY())
    with pytest.raises(Refused, match="weder einen geltenden Belegungsplan"):
        take(closure, "seal", inspector, sealed_on=TODAY(), **SEAL)
    _with_a_person_met(dangerous)
    assert [resident.person for resident in queries.residents(closure)] == [
        dangerous.present_persons.get()
    ]
    nobody_opened = again(dangerous, access="nobody_present")
    assert [each.person.inspection for each in queries.residents(closure)] == [dangerous]
    again(dangerous, access="granted")
    assert queries.residents(closure) == [], "the last time somebody was inside, nobody was met"
    Inspection.objects.exclude(pk__in=(dangerous.pk, nobody_opened.pk)).get().delete()
    with pytest.raises(Refused, match="1 von 1 Bewohner ohne Unterbringung"):
        take(closure, "seal", inspector, sealed_on=TODAY(), **SEAL)


def again(visit: Inspection, **values: Any) -> Inspection:
    """A later inspection of the same case, locked."""
    later = plan(visit.case, None, **values)
    later.inspected_on, later.state = visit.inspected_on, "report_locked"
    later.save()
    return later


def test_of_a_whole_house_nobody_is_left_out(closure: Closure, nine: OccupancyPlan) -> None:
    """One flat has a plan, the other was never inspected by itself: who was met in the house counts."""
    house = closure.building
    Dwelling(building=house, label="3. OG", unit=closure.unit).save()
    case = InspectionCase(building=house, reasons="fire_safety", unit=closure.unit)
    case.save()
    visit = plan(case, None, access="granted")
    _with_a_person_met(visit)
    visit.state = "report_locked"
    visit.save()
    closure.dwelling = None
    closure.save()
    with CaptureQueriesContext(connection) as few:
        found = queries.residents(closure)
    assert len([each for each in found if each.entry]) == 9
    assert [each.person.inspection for each in found if each.person] == [visit]
    for number in range(4, 8):
        Dwelling(building=house, label=f"{number}. OG", unit=closure.unit).save()
    with CaptureQueriesContext(connection) as many:
        assert queries.residents(closure) == found
    assert len(many) == len(few)


def test_the_form_takes_over_that_there_was_no_time_for_a_hearing(
    closure: Closure, inspector: User, client: Client
) -> None:
    client.force_login(inspector)
    add = reverse(Closure.snippet_viewset.get_url_name("add")) + f"?measure={closure.measure_id}"  # type: ignore[attr-defined]
    assert client.get(add).context["form"].initial["imminent_danger"] is False
    Hearing(measure=closure.measure, waived_ground="imminent_danger", unit=closure.unit).save()
    assert client.get(add).context["form"].initial["imminent_danger"] is True


def test_a_closure_takes_effect_on_no_day_ahead(closure: Closure, inspector: User) -> None:
    tomorrow = TODAY() + datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="liegt in der Zukunft"):
        take(closure, "take_effect", inspector, effective_from=tomorrow)
    closure.dwelling.refresh_from_db()  # type: ignore[union-attr]
    assert not closure.dwelling.closed  # type: ignore[union-attr]


def test_the_flat_is_closed_until_a_second_person_opens_it(
    closure: Closure, dangerous: Inspection, inspector: User, head: User
) -> None:
    flat = closure.dwelling
    assert flat is not None
    closure = take(closure, "take_effect", inspector, effective_from=TODAY())
    closure = take(closure, "state_empty", inspector, no_residents_reason="Niemand wohnt dort.")
    closure = take(closure, "seal", inspector, sealed_on=TODAY(), **SEAL)
    flat.refresh_from_db()
    assert flat.state == "closed"
    closure = take(closure, "request_reopening", inspector, reopening_requested_on=TODAY())
    closure = take(closure, "record_inspection", inspector, reopening_inspection=dangerous)
    with pytest.raises(Refused, match="Noch nicht als behoben festgestellt"):
        take(closure, "lift", head, reason="Mängel behoben")
    resolve(closure.measure.targets.get().finding, dangerous)
    with pytest.raises(PermissionDenied):
        take(closure, "lift", inspector, reason="Mängel behoben")
    inspector.groups.add(*head.groups.all())
    with pytest.raises(PermissionDenied, match="hebt sie nicht auf"):
        take(closure, "lift", User.objects.get(pk=inspector.pk), reason="Mängel behoben")
    closure = take(closure, "lift", head, reason="Mängel behoben")
    flat.refresh_from_db()
    assert (closure.state, closure.lifted_by, flat.state) == ("lifted", head, "observed")


def test_a_flat_that_was_never_sealed_is_opened_too_and_refused_back_to_where_it_was(
    closure: Closure, dangerous: Inspection, inspector: User, head: User, client: Client
) -> None:
    closure = take(closure, "take_effect", inspector, effective_from=TODAY())
    client.force_login(inspector)
    asked = {"reopening_requested_on": TODAY().strftime("%d.%m.%Y")}
    url = reverse(
        Closure.snippet_viewset.get_url_name("step_request_reopening"), args=(closure.pk,)
    )  # type: ignore[attr-defined]
    assert client.post(url, asked).status_code == 302
    closure = take(closure, "refuse", inspector, reason="Gitter noch da")
    assert closure.state == "effective"
    assert client.post(url, asked).status_code == 302
    closure = take(closure, "record_inspection", inspector, reopening_inspection=dangerous)
    resolve(closure.measure.targets.get().finding, dangerous)
    assert take(closure, "lift", head, reason="Gitter entfernt").state == "lifted"


def test_all_rows_are_edited_in_one_table(
    closure: Closure, nine: OccupancyPlan, inspector: User, client: Client
) -> None:
    take(closure, "list_residents", inspector)
    url = reverse(Closure.snippet_viewset.get_url_name("rehousing"), args=(closure.pk,))  # type: ignore[attr-defined]
    client.force_login(inspector)
    assert client.get(url).status_code == 200
    needs = list(closure.needs.order_by("number"))
    data: dict[str, Any] = {f"need-{need.pk}-version": need.version for need in needs}
    first = f"need-{needs[0].pk}"
    data |= {f"{first}-step": "offer", f"{first}-responsible": "Wohnungsamt"}
    assert client.post(url, data).status_code == 422
    data[f"{first}-offered"] = "Zwei Zimmer, Musterweg"
    unsaid = client.post(url, data | {f"{first}-step": ""})
    assert unsaid.status_code == 422, "an offer nobody would keep is not lost unseen"
    assert "Bitte den Schritt wählen, zu dem das gehört." in unsaid.content.decode()
    assert client.post(url, data).status_code == 302
    needs[0].refresh_from_db()
    assert (needs[0].state, needs[0].responsible) == ("offered", "Wohnungsamt")
    assert closure.needs.filter(state="open").count() == 8
    late = client.post(url, data)
    assert late.status_code == 409
    assert "Nr. 1 hat inzwischen jemand anders geändert" in late.content.decode()


def test_a_closure_is_hidden_from_who_does_not_inspect(
    closure: Closure, cast: Any, client: Client
) -> None:
    client.force_login(cast.people["outreach"])
    url = reverse(Closure.snippet_viewset.get_url_name("rehousing"), args=(closure.pk,))  # type: ignore[attr-defined]
    assert client.get(url).status_code == 404
