"""A file opens no door that a form does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group

from access.models import Grant, Membership
from access.roles import ROLES
from buildings.models import Building
from cases.models import IntakeInterview
from catalogue import Section
from exchange.models import ImportRun
from exchange.tables.resources import resource_of
from people.models import Person
from tests.cast import Cast
from tests.exchange.conftest import Desk, counts, problems

pytestmark = pytest.mark.django_db

BUILDINGS = "Straße;Hausnr.;PLZ;Ort\nMusterweg;12;06667;Weißenfels\n"
PEOPLE = "Familienname;Vornamen;Geburtsdatum;Telefon\n"


def give(role: str, model: Any, verbs: str, scope: str) -> None:
    """Widen the table of rights for one test."""
    group = Group.objects.get(name=ROLES[role].name)
    for verb in verbs.split():
        Grant.objects.update_or_create(
            group=group,
            collection=model._meta.label_lower,
            verb=verb,
            defaults={"scope": scope},
        )


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"data_office"}))
def test_whoever_may_not_import_meets_no_page_of_it(
    desk_of: Callable[[str], Desk], role: str
) -> None:
    desk = desk_of(role)
    for name in ("import/", "import/vorlage/"):
        assert desk.client.get(desk.page(Building, name)).status_code in (302, 404)
    assert desk.upload(Building, BUILDINGS).status_code in (302, 404)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("role", ["data_protection", "clearing", "inspection", "administrator"])
def test_a_run_of_somebody_else_is_as_absent_as_none(
    desk: Desk, desk_of: Callable[[str], Desk], role: str
) -> None:
    run = desk.plan(Person, PEOPLE + "Muster;Eva;01.02.1990;\n")
    other = desk_of(role)
    for page in ("", "fortschritt/", "abgelehnt/"):
        found = other.client.get(f"/admin/austausch/{run.pk}/{page}")
        absent = other.client.get(f"/admin/austausch/999999/{page}")
        assert found.status_code == absent.status_code == 404
    for step in ("bestaetigen", "abbrechen", "fortsetzen"):
        assert other.client.post(f"/admin/austausch/{run.pk}/{step}/").status_code == 404
    run.refresh_from_db()
    assert run.state == "planned"
    assert str(run) not in other.client.get("/admin/austausch/").content.decode()


def test_who_oversees_imports_of_open_records_may_look_but_not_confirm(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    run = desk.plan(Building, BUILDINGS.replace("\n", ";Farbe\n", 1) + "Weg;1;x;Ort;rot\n")
    overseer = desk_of("data_protection")
    page = overseer.see(run)
    assert "Übernehmen:" not in page
    assert "1 abgelehnte Zeile herunterladen" in desk.see(run)
    assert "abgelehnte Zeile herunterladen" not in page
    answer = overseer.client.get(f"/admin/austausch/{run.pk}/abgelehnt/", follow=True)
    assert "Dafür fehlt Ihnen das Recht" in answer.content.decode(), "not the partner's own columns"
    overseer.step(run)
    assert run.state == "planned"


def test_a_run_is_gone_for_its_uploader_who_lost_the_right(desk: Desk) -> None:
    run = desk.plan(Person, PEOPLE + "Muster;Eva;01.02.1990;\n")
    assert desk.see(run)
    Grant.objects.filter(verb="import").delete()
    assert desk.client.get(f"/admin/austausch/{run.pk}/").status_code == 404


def test_a_row_that_names_a_foreign_record_is_refused_exactly_like_one_that_names_none(
    desk: Desk, cast: Cast
) -> None:
    cast.make_records()
    give("data_office", IntakeInterview, "import add view change", "unit")
    head = "Familienname;Vornamen;Geburtsdatum;Gespräch am\n"
    texts = []
    for relation in ("foreign", "absent"):
        word = f"zzperson{relation}zz"
        run = desk.plan(IntakeInterview, head + f"{word};{word};03.03.2026;01.06.2026\n")
        assert counts(run) == {"refused": 1}
        texts.append(str(problems(run)).replace(word, "…"))
    assert texts[0] == texts[1]
    own = desk.plan(IntakeInterview, head + "zzpersonownzz;zzpersonownzz;01.03.2026;01.06.2026\n")
    assert counts(own) == {"new": 1}, problems(own)


def test_a_foreign_person_of_the_same_name_is_neither_changed_nor_given_away(
    desk: Desk, cast: Cast
) -> None:
    cast.make_records()
    row = "zzpersonforeignzz;zzpersonforeignzz;03.03.2026;0151 0\n"
    run = desk.plan(Person, PEOPLE + row)
    assert counts(run) == {"new": 1}
    desk.step(run)
    foreign = cast.records[Person, "foreign"]
    foreign.refresh_from_db()
    assert foreign.version == 1
    assert Person.objects.filter(family_name="zzpersonforeignzz").count() == 2


def test_a_record_one_may_see_but_not_change_is_refused(desk: Desk, cast: Cast) -> None:
    desk.bring_in(Building, BUILDINGS)
    give("data_office", Building, "change", "own")
    other = desk.user.__class__.objects.create_user("zweite", password="correct horse battery")
    other.groups.set(desk.user.groups.all())
    Membership.objects.create(user=other, unit=cast.house_a)
    client = type(desk.client)()
    client.force_login(other)
    run = Desk(client, other).plan(Building, BUILDINGS.replace("Weißenfels", "Leißling"))
    assert problems(run) == [(2, "", "Diesen Datensatz dürfen Sie sehen, aber nicht ändern.")]


def test_whoever_may_not_add_is_told_so_in_the_row(desk: Desk) -> None:
    Grant.objects.filter(collection="buildings.building", verb="add").delete()
    run = desk.plan(Building, BUILDINGS)
    assert problems(run) == [(2, "", "Sie dürfen hier keine neuen Datensätze anlegen.")]


def test_a_new_record_goes_to_ones_own_unit_and_to_no_foreign_one(desk: Desk) -> None:
    run = desk.plan(Person, "Zuständige Stelle;" + PEOPLE + "Haus B;Muster;Eva;01.02.1990;\n")
    assert problems(run) == [
        (2, "Zuständige Stelle", "Für diese Stelle dürfen Sie hier keine Datensätze führen.")
    ]
    run = desk.bring_in(Person, "Zuständige Stelle;" + PEOPLE + "house-a;Muster;Eva;01.02.1990;\n")
    assert Person.objects.get().unit.name == "Haus A"


def test_a_field_behind_a_right_can_be_neither_set_nor_seen_through_a_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Person.collection
    sections = tuple(
        Section(s.heading, *(replace(f, exchanged=True) for f in s.fields)) for s in old.sections
    )
    monkeypatch.setattr(Person, "collection", replace(old, sections=sections))
    resource_of.cache_clear()
    try:
        text = "Vertrauliche Notiz;" + PEOPLE + "geheim;Muster;Eva;01.02.1990;\n"
        run = desk.bring_in(Person, text)
        assert run.unknown == [["Vertrauliche Notiz", ""]]
        assert Person.objects.get().note == ""
        assert "Vertrauliche Notiz</th>" not in desk.client.get(desk.page(Person)).content.decode()
        give("data_office", Person, "confidential", "unit")
        again = desk.plan(Person, text)
        # The reach is remembered per request, and the request is a new one.
        assert counts(again) == {"changed": 1}
    finally:
        monkeypatch.undo()
        resource_of.cache_clear()


def test_the_page_of_a_run_shows_no_field_the_looker_may_not_see(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.plan(Building, BUILDINGS)
    assert "Ort: <ins>Weißenfels</ins>" in desk.see(run)
    old = Building.collection
    sections = tuple(
        Section(
            s.heading,
            *(replace(f, right="secret") if f.name == "city" else f for f in s.fields),
        )
        for s in old.sections
    )
    monkeypatch.setattr(Building, "collection", replace(old, sections=sections))
    resource_of.cache_clear()
    try:
        assert "Ort: <ins>" not in desk.see(run)
    finally:
        monkeypatch.undo()
        resource_of.cache_clear()
