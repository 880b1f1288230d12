"""The screens of papers, through the doors staff use."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.models import Carrier, OrganisationalUnit, User
from buildings.models import Building
from cases.models import IntakeInterview
from history.actor import acting_as
from history.models import AccessEvent
from inspections.models import Inspection
from inspections.papers import ORDER
from papers import files
from papers.actions import begin_version, freeze, version_in_use
from papers.models import IssuedPaper, Letterhead, PaperTemplate
from tests.papers.conftest import AT, person

pytestmark = pytest.mark.django_db

TEMPLATES = "/admin/papers/papertemplate/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def paper(house: Building, clerk: User, letterhead: Letterhead) -> IssuedPaper:
    with acting_as(clerk, because="Test"):
        return freeze(owner=house, code="order", context=ORDER.example, at=AT)


@pytest.fixture
def draft(clerk: User) -> PaperTemplate:
    with acting_as(clerk, because="Test"):
        return begin_version(version_in_use("order"))


def test_the_file_opens_to_whoever_may_view_the_owner_and_the_reading_is_logged(
    paper: IssuedPaper, clerk: User
) -> None:
    answer = signed_in(clerk).get(reverse("papers:file", args=(paper.pk,)))
    assert answer.content == files.bytes_of(paper)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('inline; filename="SCH-')
    event = AccessEvent.objects.get(action="download")
    assert (event.collection, event.object_pk, event.user) == (
        "papers.issuedpaper",
        paper.pk,
        clerk,
    )
    kept = signed_in(clerk).get(reverse("papers:file", args=(paper.pk,)) + "?speichern")
    assert kept["Content-Disposition"].startswith("attachment;")


def test_the_file_is_absent_for_whoever_may_not_view_the_owner(
    house: Building,
    clerk: User,
    office: OrganisationalUnit,
    letterhead: Letterhead,
    paper: IssuedPaper,
) -> None:
    """An inspector meets no paper of the helping side, nor an editor one of a building."""
    editor = signed_in(person("editor", "editor", office))
    assert editor.get(reverse("papers:file", args=(paper.pk,))).status_code == 404
    with acting_as(clerk, because="Test"):
        foreign = IssuedPaper(
            unit=office,
            code="order",
            template=paper.template,
            owner_label=IntakeInterview._meta.label_lower,
            owner_pk=1,
            issued_at=AT,
            context="{}",
            sha256=paper.sha256,
            size=paper.size,
            stored_as=paper.stored_as,
        )
        foreign.save()
    assert signed_in(clerk).get(reverse("papers:file", args=(foreign.pk,))).status_code == 404
    assert signed_in(clerk).get(reverse("papers:file", args=(987_654,))).status_code == 404
    assert AccessEvent.objects.filter(action="denied").count() == 3


def test_an_altered_file_is_not_handed_out(paper: IssuedPaper, clerk: User) -> None:
    files.remove(paper.stored_as)
    answer = signed_in(clerk).get(reverse("papers:file", args=(paper.pk,)))
    assert answer.status_code == 409
    assert "Die Datei fehlt." in answer.content.decode()


def test_the_page_of_a_record_lists_its_papers_with_digest(
    house: Building, clerk: User, office: OrganisationalUnit, letterhead: Letterhead
) -> None:
    with acting_as(clerk, because="Test"):
        visits = [
            Inspection(unit=office, building=house, inspected_on=AT.date(), reason=reason)
            for reason in ("waste", "noise")
        ]
        for visit in visits:
            visit.save()
        paper = freeze(owner=visits[0], code="order", context=ORDER.example, at=AT)
    pages = [
        signed_in(clerk).get(f"/admin/inspections/inspection/{visit.pk}/").content.decode()
        for visit in visits
    ]
    assert paper.sha256 in pages[0]
    assert reverse("papers:file", args=(paper.pk,)) in pages[0]
    assert "papers-of-record" not in pages[1]


def test_the_list_of_all_papers_tells_the_local_day_and_no_content(
    house: Building, clerk: User, office: OrganisationalUnit, letterhead: Letterhead
) -> None:
    midnight = dt.datetime(2026, 3, 14, 23, 30, tzinfo=dt.UTC)
    with acting_as(clerk, because="Test"):
        paper = freeze(owner=house, code="order", context=ORDER.example, at=midnight)
    keeper = signed_in(person("keeper", "data_protection", office))
    page = keeper.get("/admin/papers/issuedpaper/").content.decode()
    assert "15.03.2026 00:30" in page
    assert paper.title not in page


def test_a_list_asks_as_often_for_many_units_as_for_few(clerk: User) -> None:
    client, asked = signed_in(clerk), []
    for name in "abcdef":
        with acting_as(clerk, because="Test"):
            unit = OrganisationalUnit.objects.create(
                code=name, name=f"Amt {name}", carrier=Carrier.CITY
            )
            Letterhead(
                unit=unit, name=name, street="x", town="y", place="z", valid_from=AT.date()
            ).save()
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/papers/letterhead/").content.decode()
        assert f"Amt {name}" in page
        asked.append(len(queries))
    assert len(set(asked[1:])) == 1, asked


def test_a_preview_of_what_is_typed_is_a_pdf_and_stores_nothing(
    draft: PaperTemplate, clerk: User
) -> None:
    before = (PaperTemplate.history.count(), list(files._stored(files.FOLDER)))
    answer = signed_in(clerk).post(
        reverse("papers:preview", args=(draft.pk,)), {"title": "Neu", "text": "Für {{ anrede }}"}
    )
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert (PaperTemplate.history.count(), list(files._stored(files.FOLDER))) == before
    draft.refresh_from_db()
    assert draft.title != "Neu"


def test_a_preview_of_broken_text_names_the_lines(draft: PaperTemplate, clerk: User) -> None:
    url = reverse("papers:preview", args=(draft.pk,))
    answer = signed_in(clerk).post(url, {"title": "Neu", "text": "gut\n{{ unbekannt }}\n**offen"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Zeile 2: Den Platzhalter" in page
    assert "Zeile 3: Fettschrift" in page


def test_a_new_wording_is_tried_before_it_is_stored(
    clerk: User, office: OrganisationalUnit
) -> None:
    typed = {"code": "field_sheet", "language": "ro", "title": "Foaie", "text": "Ștefan {{ team }}"}
    url = reverse("papers:preview_new")
    assert signed_in(clerk).post(url, typed).status_code == 422
    typed["text"] = "Ștefan\n\n{{ team }}"
    assert signed_in(clerk).post(url, typed)["Content-Type"] == "application/pdf"
    assert not PaperTemplate.objects.exists()
    assert signed_in(clerk).post(url, {"code": "fremd"}).status_code == 422
    guest = person("guest", "guest", office)
    assert signed_in(guest).post(url, typed).status_code == 404


def edited(draft: PaperTemplate, **changes: str) -> dict[str, str]:
    return {
        "title": draft.title,
        "text": draft.text,
        "change_note": "",
        "unit": str(draft.unit_id),
        "seen_version": str(draft.version),
        "change_reason": "",
    } | changes


def test_the_editor_lists_the_placeholders_and_refuses_a_broken_text_with_its_line(
    draft: PaperTemplate, clerk: User
) -> None:
    client, url = signed_in(clerk), f"{TEMPLATES}{draft.pk}/edit/"
    page = client.get(url).content.decode()
    assert "{{ empfaenger.anschrift }}" in page
    assert "{{ behoerde.rechtsbehelf }}" in page
    assert reverse("papers:preview", args=(draft.pk,)) in page
    refused = client.post(url, edited(draft, text="Eins\n\n{{ falsch }}"))
    assert "Zeile 3: Den Platzhalter „{{ falsch }}“ gibt es hier nicht." in refused.content.decode()
    draft.refresh_from_db()
    assert "falsch" not in draft.text
    assert client.post(url, edited(draft, text="Guten Tag, {{ anrede }}")).status_code == 302
    draft.refresh_from_db()
    assert draft.text == "Guten Tag, {{ anrede }}"


def test_code_and_language_of_a_version_stay(draft: PaperTemplate, clerk: User) -> None:
    url = f"{TEMPLATES}{draft.pk}/edit/"
    signed_in(clerk).post(url, edited(draft, code="field_sheet", language="ro", title="Anders"))
    draft.refresh_from_db()
    assert (draft.code, draft.language, draft.title) == ("order", "de", "Anders")


def test_a_version_in_use_has_no_form(clerk: User) -> None:
    template = version_in_use("order")
    assert signed_in(clerk).get(f"{TEMPLATES}{template.pk}/edit/").status_code == 404


def test_a_version_is_begun_compared_and_released_by_a_second_person(
    clerk: User, head: User, office: OrganisationalUnit
) -> None:
    current = version_in_use("order")
    client = signed_in(clerk)
    begun = client.post(reverse("papers:begin", args=(current.pk,)))
    draft = PaperTemplate.objects.get(state="draft")
    assert begun["Location"] == f"{TEMPLATES}{draft.pk}/edit/"
    text = draft.text.replace("Bitte zeigen Sie uns den Abschluss an.", "Bitte melden Sie sich.")
    client.post(begun["Location"], edited(draft, text=text))

    compared = client.get(reverse("papers:compare", args=(draft.pk,))).content.decode()
    assert "<ins>" in compared
    assert "Bitte melden Sie sich." in compared
    assert compared.count('<tr class="papers-compare__new">') == 1

    step = f"{TEMPLATES}{draft.pk}/step/release/"
    client.post(step, {"change_reason": ""})
    draft.refresh_from_db()
    assert draft.state == "draft", "who has no right to release, or wrote it, does not"
    assert signed_in(head).get(step).status_code == 200
    assert signed_in(head).post(step, {"change_reason": ""}).status_code == 302
    draft.refresh_from_db()
    current.refresh_from_db()
    assert (draft.state, current.state) == ("current", "retired")
    page = client.get(f"{TEMPLATES}{draft.pk}/").content.decode()
    assert "in Gebrauch" in page
    assert "Hinweise im Text, die noch zu prüfen sind" in page


@pytest.mark.parametrize("name", ["preview", "compare", "begin"])
def test_pages_of_a_version_are_absent_for_whoever_has_no_right_to_wordings(
    draft: PaperTemplate, office: OrganisationalUnit, name: str
) -> None:
    guest = signed_in(person("guest", "guest", office))
    url = reverse(f"papers:{name}", args=(draft.pk,))
    assert [guest.get(url).status_code, guest.post(url).status_code] == [404, 404]
