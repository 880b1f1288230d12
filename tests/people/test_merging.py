"""Two records of one person: compared, made one, and made two again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from access.models import Share
from cases.models import Consent
from history.actor import System, acting_as
from history.erasure import erase
from history.models import Erasure
from history.sealing import seal_new_rows
from history.verification import Verification
from papers.actions import named, version_in_use
from papers.files import store
from papers.models import IssuedPaper
from people.merging import MERGE_STEPS, Note, decide_distinct, merge, references
from people.models import HouseholdMember, MergeState, Person, PersonKey, PersonMerge
from people.queries import perhaps_known
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast
from tests.people.conftest import BORN, household, person
from workflow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def two(cast: Cast) -> tuple[Person, Person]:
    kept = person(cast, "Ivanova", "Maria", nationalities="125", phone="0341 1")
    merged = person(cast, "Iwanowa", "Maria", nationalities="154", birth_place="Sofia")
    return kept, merged


def done(cast: Cast, kept: Person, merged: Person, **values: Any) -> PersonMerge:
    return merge(
        kept=kept, merged=merged, values=values, user=cast.people["clearing"], because="Ausweis"
    )


def fresh(record: Any) -> Any:
    return type(record)._default_manager.get(pk=record.pk)


def consent_of(owner: Person) -> Consent:
    made = Consent(person=owner, unit=owner.unit)
    for each in Consent._meta.concrete_fields:
        if each.choices and not getattr(made, each.name):
            setattr(made, each.name, each.choices[0][0])
        elif each.get_internal_type() == "DateField" and not each.null:
            setattr(made, each.name, dt.date(2026, 1, 1))
    with acting_as(System("Test")):
        made.save()
    return made


PDF = b"%PDF zzschreibenzz"


def paper_of(cast: Cast, owner: Person, subjects: Any = ()) -> IssuedPaper:
    with acting_as(System("Test")):
        paper = IssuedPaper(
            unit=owner.unit,
            code="order",
            template=version_in_use("order"),
            owner_label="people.person",
            owner_pk=owner.pk,
            issued_at=timezone.now(),
            title="zztitelzz",
            context="{}",
            subjects=named(subjects),
            sha256=hashlib.sha256(PDF).hexdigest(),
            size=len(PDF),
            stored_as=store(PDF),
        )
        paper.save()
    return paper


def test_every_field_that_names_a_person_is_found(cast: Cast) -> None:
    found = {(model._meta.label, name) for model, name in references()}
    assert {
        ("people.Household", "contact"),
        ("people.HouseholdMember", "person"),
        ("cases.IntakeInterview", "person"),
        ("cases.Referral", "person"),
        ("cases.SupportCase", "person"),
        ("agenda.Task", "owner_pk"),
        ("papers.IssuedPaper", "owner_pk"),
    } <= found
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            left_out = model._meta.label in (
                "people.Person",
                "people.PersonMerge",
                "people.PersonKey",
            )
            if field.related_model is Person and not left_out and not hasattr(model, "history_id"):
                assert (model._meta.label, field.name) in found, field


def test_a_merge_moves_everything_and_can_be_taken_back(cast: Cast, two: Any) -> None:
    kept, merged = two
    consent = consent_of(merged)
    own = household(merged, person(cast, "Ivanov", "Petar", dt.date(2019, 1, 1)))
    Share.objects.create(
        collection="people.person",
        object_pk=merged.pk,
        unit=cast.house_b,
        reason="Vertretung",
        until=timezone.localdate() + dt.timedelta(days=5),
        shared_by=cast.people["clearing"],
    )
    receipt = done(cast, kept, merged, birth_place="Sofia", nationalities="125,154")
    assert fresh(consent).person_id == fresh(own).contact_id == kept.pk
    assert HouseholdMember.objects.get(household=own, relation="reference").person_id == kept.pk
    assert (fresh(kept).birth_place, fresh(kept).nationalities) == ("Sofia", "125,154")
    assert fresh(merged).merged_into_id == kept.pk
    assert Share.objects.filter(object_pk=kept.pk, unit=cast.house_b, ended_at=None).exists()
    # One history row for each, with the reason; the receipt holds numbers and no values.
    moved = consent.history.latest("version")
    assert (moved.version, moved.history_change_reason) == (2, "Ausweis")
    assert moved.history_origin == f"people.person:{merged.pk}:merge"
    assert "Sofia" not in receipt.moved
    client = signed_in(cast, "clearing")
    assert client.get(page(merged)).status_code == 404
    assert "anowa" not in client.get("/admin/people/person/?q=maria").content.decode()

    undo = page(receipt) + "step/undo/"
    assert client.post(undo, {"change_reason": ""}).status_code == 422
    assert client.post(undo, {"change_reason": "doch zwei"}).status_code == 302
    assert fresh(receipt).state == MergeState.UNDONE
    assert fresh(consent).person_id == fresh(own).contact_id == merged.pk
    assert (fresh(kept).birth_place, fresh(kept).nationalities) == ("", "125")
    assert fresh(merged).merged_into_id is None
    assert not Share.objects.filter(object_pk=kept.pk, ended_at=None).exists()
    assert client.post(undo, {"change_reason": "noch einmal"}).status_code != 302


def test_a_paper_goes_along_and_comes_back_as_it_was_issued(cast: Cast, two: Any) -> None:
    kept, merged = two
    paper = paper_of(cast, merged)
    client = signed_in(cast, "clearing")
    address = reverse("papers:file", args=(paper.pk,))
    receipt = done(cast, kept, merged)
    shown = client.get(page(kept)).content.decode()
    assert f'href="{address}"' in shown
    assert paper.reference in shown
    assert client.get(address).content == PDF

    assert client.post(page(receipt) + "step/undo/", {"change_reason": "zwei"}).status_code == 302
    assert address not in client.get(page(kept)).content.decode()
    assert f'href="{address}"' in client.get(page(merged)).content.decode()
    assert client.get(address).content == PDF
    owners = list(paper.history.order_by("version").values_list("owner_pk", "sha256").distinct())
    assert owners == [(pk, paper.sha256) for pk in (merged.pk, kept.pk, merged.pk)]


def test_whoever_was_made_one_with_somebody_is_forgotten_with_them(cast: Cast, two: Any) -> None:
    """Through a chain, with the papers that speak of them; and not who was taken out again."""
    kept, merged = two
    before = person(cast, "Ivanova", "Mariya", birth_place="Plovdiv")
    apart = person(cast, "Ivanova", "Marija", birth_place="Varna")
    speaks = paper_of(cast, person(cast, "Ganz", "Anders"), subjects=[before])
    issued = paper_of(cast, merged)
    done(cast, merged, before)
    done(cast, kept, fresh(merged))
    receipt = done(cast, fresh(kept), apart)
    client = signed_in(cast, "clearing")
    assert client.post(page(receipt) + "step/undo/", {"change_reason": "zwei"}).status_code == 302
    with acting_as(System("Test")):
        erase(kept, rule="Art. 17 DSGVO")
    for each in (kept, merged, before):
        assert (fresh(each).family_name, fresh(each).birth_place) == ("", "")
        assert set(each.history.values_list("family_name", "birth_place")) == {("", "")}
        assert not PersonKey.objects.filter(person=each.pk).exists()
    rules = set(Erasure.objects.filter(collection="people.person").values_list("rule", flat=True))
    assert rules == {
        "Art. 17 DSGVO",
        f"Folgt der Löschung von {kept.reference}.",
        f"Folgt der Löschung von {merged.reference}.",
    }
    for paper in (speaks, issued):
        assert fresh(paper).erased
    assert client.get(reverse("papers:file", args=(issued.pk,))).status_code == 410
    assert "Varna" in client.get(page(apart)).content.decode()
    found = client.get("/admin/people/person/").content.decode()
    assert "Marija" in found
    assert "Mariya" not in found


def test_what_a_merge_had_lent_is_forgotten_with_its_owner(cast: Cast, two: Any) -> None:
    """Also what the record had passed on meanwhile; what it holds of its own stays, and is proven."""
    kept, merged = two
    user, third = cast.people["clearing"], person(cast, "Ivanova", "Mariya", birth_place="Ruse")
    receipt = done(cast, kept, merged, birth_place="Sofia")
    with acting_as(user, because="Sofia laut Pass"):
        meanwhile = fresh(kept)
        meanwhile.phone = "0341 2"
        meanwhile.save()
    further = done(cast, third, fresh(kept), birth_place="Sofia")
    client = signed_in(cast, "clearing")
    assert "Sofia" in client.get(page(third, "history")).content.decode()
    for each in (further, receipt):
        MERGE_STEPS.perform(each, "undo", user=user, reason="doch zwei")
    apart = decide_distinct(one=kept, other=merged, user=user, because="Zwillinge")
    MERGE_STEPS.perform(apart, "reconsider", user=user, reason="doch nicht")
    seal_new_rows()
    with acting_as(System("Test")):
        erase(merged, rule="Art. 17 DSGVO")
    seal_new_rows()
    places = Person.history.order_by("id", "version").values_list("id", "birth_place")
    assert {place for _pk, place in places} == {"", "Ruse"}
    assert (fresh(kept).phone, fresh(kept).family_name) == ("0341 2", "Ivanova")
    assert fresh(third).birth_place == "Ruse"
    assert Person.history.get(id=kept.pk, version=1).phone == "0341 1"  # its own, from before
    spans = Erasure.objects.exclude(last=None).values_list("object_pk", "first", "last", "rule")
    rule = f"Folgt der Löschung von {merged.reference}."
    assert set(spans) == {(kept.pk, 2, 5, rule), (third.pk, 2, 2, rule)}
    assert list(Verification().problems()) == []
    for each in (kept, third):
        shown = client.get(page(each, "history")).content.decode()
        assert "Sofia" not in shown
        assert "Angaben und Grund dieser Fassung sind gelöscht." in shown


def test_what_was_changed_since_stays_and_is_named(cast: Cast, two: Any) -> None:
    kept, merged = two
    consent, later = consent_of(merged), consent_of(merged)
    receipt = done(cast, kept, merged, birth_place="Sofia", phone="0341 2")
    with acting_as(System("Test")):
        now = fresh(kept)
        now.birth_place = "Plovdiv"
        now.save()
        elsewhere = fresh(later)
        elsewhere.person = person(cast, "Ganz", "Anders")
        elsewhere.save()
    user = cast.people["clearing"]
    MERGE_STEPS.perform(receipt, "undo", user=user, reason="doch zwei")
    assert fresh(consent).person_id == merged.pk
    assert (fresh(kept).birth_place, fresh(kept).phone) == ("Plovdiv", "0341 1")
    assert Note.of(fresh(receipt)).left == [
        ["cases.consent", later.pk, "person"],
        ["people.person", kept.pk, "birth_place"],
    ]
    shown = signed_in(cast, "clearing").get(page(receipt)).content.decode()
    assert "Nicht zurückgenommen" in shown
    assert f"{later.reference} (Person)" in shown


def test_what_both_have_alike_stays_with_the_merged_record(cast: Cast, two: Any) -> None:
    kept, merged = two
    house = household(kept, merged)
    receipt = done(cast, kept, merged)
    twice = HouseholdMember.objects.get(household=house, relation="child")
    assert twice.person_id == merged.pk
    assert Note.of(receipt).stayed == [["people.householdmember", twice.pk, "person"]]
    shown = signed_in(cast, "clearing").get(page(house)).content.decode()
    assert "1 Person" in shown


def test_a_chain_is_taken_back_from_its_end(cast: Cast, two: Any) -> None:
    kept, merged = two
    first = done(cast, kept, merged)
    done(cast, person(cast, "Ivanova", "Mariya"), fresh(kept))
    with pytest.raises(Refused, match="zuerst zurück"):
        MERGE_STEPS.perform(first, "undo", user=cast.people["clearing"], reason="doch zwei")
    with pytest.raises(PermissionDenied):  # a merged record is in nobody's reach
        done(cast, person(cast, "Neu", "Nina"), fresh(merged))


def test_nobody_merges_what_another_unit_answers_for(cast: Cast, two: Any) -> None:
    kept, merged = two
    foreign = person(cast, "Ivanova", "Maria", unit=cast.house_b)
    for one, other in ((kept, foreign), (foreign, kept)):
        with pytest.raises(PermissionDenied):
            done(cast, one, other)
    with pytest.raises(PermissionDenied):
        merge(kept=kept, merged=merged, values={}, user=cast.people["outreach"], because="x")
    client = signed_in(cast, "clearing")
    assert (
        "gibt es nicht" in client.get(page(kept, "merge") + f"?with={foreign.pk}").content.decode()
    )
    Share.objects.create(
        collection="people.person",
        object_pk=foreign.pk,
        unit=cast.house_a,
        may_change=True,
        reason="Vertretung",
        until=timezone.localdate(),
        shared_by=cast.people["administrator"],
    )
    told = client.get(page(kept, "merge") + f"?with={foreign.pk}").content.decode()
    assert "eine andere Stelle zuständig (Haus B)" in told
    assert fresh(kept).version == fresh(foreign).version == 1


def test_the_comparison_fills_what_is_empty_and_asks_about_the_rest(cast: Cast, two: Any) -> None:
    kept, merged = two
    client = signed_in(cast, "clearing")
    offered = client.get(page(kept, "merge")).content.decode()
    assert f"?with={merged.pk}" in offered
    address = page(kept, "merge") + f"?with={merged.reference}"
    shown = client.get(address).content.decode()
    assert f"{kept.reference} bleibt" in shown
    assert 'name="value-family_name"' in shown
    assert 'name="value-given_names"' not in shown  # the same in both
    sent = {"seen_kept": 1, "seen_merged": 1, "change_reason": "derselbe Ausweis"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "Bitte wählen Sie noch: Familienname, Staatsangehörigkeiten." in refused.content.decode()
    chosen = {"value-family_name": "merged", "value-nationalities": "both"}
    assert client.post(address, sent | chosen | {"seen_merged": 0}).status_code == 409
    assert client.post(address, sent | chosen).status_code == 302
    now = fresh(kept)
    assert (now.family_name, now.nationalities) == ("Iwanowa", "125,154")
    assert (now.birth_place, now.phone) == ("Sofia", "0341 1")


def test_a_whole_date_replaces_a_part_of_one(cast: Cast) -> None:
    kept = person(cast, "Ivanova", "Maria", None, birth_year=1987)
    merged = person(cast, "Ivanova", "Maria")
    sent = {"seen_kept": 1, "seen_merged": 1, "change_reason": "Ausweis"}
    address = page(kept, "merge") + f"?with={merged.pk}"
    client = signed_in(cast, "clearing")
    assert client.post(address, sent | {"value-birth_date": "merged"}).status_code == 302
    assert (fresh(kept).birth_date, fresh(kept).birth_year) == (BORN, None)


def test_two_people_are_remembered_as_two(cast: Cast, two: Any) -> None:
    kept, merged = two
    client = signed_in(cast, "clearing")
    address = page(kept, "merge") + f"?with={merged.pk}"
    sent = {"seen_kept": 1, "seen_merged": 1, "change_reason": "Zwillinge", "distinct": "1"}
    assert client.post(address, sent).status_code == 302
    assert fresh(merged).merged_into_id is None
    assert (
        "Es gibt keinen ähnlichen Datensatz" in client.get(page(merged, "merge")).content.decode()
    )
    asked = {"family_name": "Ivanova", "given_names": "Maria", "birth_date": BORN}
    user = cast.people["clearing"]
    assert [k.person.pk for k in perhaps_known(user=user, but=kept.pk, **asked)] == []
    assert len(perhaps_known(user=user, **asked)) == 2
    decision = PersonMerge.objects.get()
    assert (decision.state, json.loads(decision.moved)) == ("distinct", {})
    MERGE_STEPS.perform(decision, "reconsider", user=user, reason="doch")
    assert [k.person.pk for k in perhaps_known(user=user, but=kept.pk, **asked)] == [merged.pk]
    with pytest.raises(Refused):
        decide_distinct(one=kept, other=kept, user=user, because="x")
