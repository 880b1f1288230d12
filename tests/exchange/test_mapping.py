"""Which column is which, how the file is read, and that a person can put both right."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from buildings.models import Building, Dwelling
from exchange.mapping.form import NONE, MappingForm
from exchange.mapping.rereading import plan_again
from exchange.mapping.wishes import Wishes
from exchange.models import ImportRun
from people.models import Person
from people.models.persons import NATIONALITIES
from tests.cast import Cast
from tests.exchange.conftest import Desk, counts, problems

pytestmark = pytest.mark.django_db

FOREIGN = """Weg;Hs;Plz-Gebiet;Gemeinde;Stockwerke;Gebäudezustand
Musterweg;12;06667;Weißenfels;4;baufällig
Musterweg;14;06667;Weißenfels;3;verwahrlost
"""
KNOWN = """Straße;Hausnr.;PLZ;Ort;Geschosse;Zustand;Stadtteil
Musterweg;12;06667;Weißenfels;4;verwahrlost;Neustadt
"""


def answers(run: ImportRun, **wanted: str) -> dict[str, str]:
    """The form of the page as the browser would send it, with some answers changed.

    `wanted`: heading or word → what to choose; `clears_<heading>`: "on" or ""; else a field's name.
    """
    form = MappingForm(run)
    data = {}
    for field in form:
        value = wanted.get(field.name, field.initial)
        if value not in (None, False):
            data[field.html_name] = value
    for line in form.lines:
        if line.heading in wanted:
            data[line.column.html_name] = wanted[line.heading]
        if f"clears_{line.heading}" in wanted:
            data[line.clears.html_name] = wanted[f"clears_{line.heading}"]
    for word in form.words:
        if word.word in wanted:
            data[word.meaning.html_name] = wanted[word.word]
    return data


def map_again(desk: Desk, run: ImportRun, **wanted: str) -> Any:
    answer = desk.client.post(f"/admin/austausch/{run.pk}/zuordnung/", answers(run, **wanted))
    run.refresh_from_db()
    return answer


COLUMNS = {
    "Weg": "street",
    "Hs": "house_number",
    "Plz-Gebiet": "postcode",
    "Gemeinde": "city",
    "Gebäudezustand": "condition",
}


def text_of(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_a_table_none_of_whose_key_columns_is_known_is_mapped_by_hand(desk: Desk) -> None:
    run = desk.plan(Building, FOREIGN)
    assert (run.state, run.headings[0]) == ("failed", "Weg")
    page = desk.see(run)
    assert "Es fehlt: Spalte „Straße“, „Hausnummer“, „Postleitzahl“." in page
    assert "Musterweg" in page, "examples say what a column is"

    answer = map_again(desk, run, **COLUMNS, baufällig="defects")
    assert answer.status_code == 302
    assert (run.state, counts(run)) == ("planned", {"refused": 1, "new": 1})
    map_again(desk, run, baufällig="defects")
    assert counts(run) == {"new": 2}, problems(run)
    desk.step(run)
    assert Building.objects.get(house_number="12").condition == "defects"
    assert Building.objects.get(house_number="14").storeys == 3


def test_a_table_without_a_single_known_heading_shows_its_likely_headings(desk: Desk) -> None:
    run = desk.plan(Building, "Liste der Stadt\n\nRue;No;Code;Ville\nMusterweg;12;06667;Muster\n")
    assert run.state == "failed"
    assert "Keine Zeile mit Spaltenüberschriften gefunden." in run.message
    assert (run.header_line, run.headings) == (3, ["Rue", "No", "Code", "Ville"])
    map_again(desk, run, Rue="street", No="house_number", Code="postcode", Ville="city")
    assert (run.state, counts(run)) == ("planned", {"new": 1})


def test_a_suggestion_is_marked_and_never_chosen_by_itself(desk: Desk) -> None:
    run = desk.plan(
        Building,
        KNOWN.replace("Stadtteil", "Anzahl Geschosse").replace(
            "Geschosse;Zustand", "Farbe;Zustand"
        ),
    )
    [line] = [line for line in MappingForm(run).lines if line.heading == "Anzahl Geschosse"]
    assert (line.like, line.column.initial) == ("Geschosse", NONE)
    page = desk.see(run)
    assert "Vorschlag: Geschosse" in page
    assert "Geschosse (Vorschlag)" in page


def test_two_headings_for_one_column_are_refused_at_both_and_the_input_stays(desk: Desk) -> None:
    run = desk.plan(Building, KNOWN)
    answer = map_again(desk, run, Stadtteil="city")
    assert answer.status_code == 422
    assert "„Ort“ ist schon Spalte „Ort“." in answer.content.decode()
    assert re.search(r'<option value="city" selected>', answer.content.decode())
    assert (run.state, counts(run)) == ("planned", {"new": 1})


def test_a_column_that_comes_twice_can_be_told_apart_on_the_page(desk: Desk) -> None:
    run = desk.plan(Building, "Straße;Hausnr.;PLZ;Postleitzahl;Ort\nWeg;1;06667;99999;X\n")
    assert run.state == "failed"
    assert "Spalte „Postleitzahl“: Diese Spalte kommt zweimal vor" in run.message
    map_again(desk, run)
    assert counts(run) == {"new": 1}, run.message
    assert run.rows.get().changes["postcode"] == [None, "06667"]
    assert run.unknown == [["Postleitzahl", ""]]


def test_a_key_column_cannot_be_left_out(desk: Desk) -> None:
    run = desk.plan(Building, KNOWN)
    answer = map_again(desk, run, PLZ=NONE)
    assert answer.status_code == 422
    assert "Es fehlt „Postleitzahl“." in answer.content.decode()


def test_an_empty_cell_empties_only_where_it_was_ticked(desk: Desk) -> None:
    desk.bring_in(Building, KNOWN)
    emptied = KNOWN.replace("verwahrlost;Neustadt", ";")
    run = desk.plan(Building, emptied)
    assert counts(run) == {"unchanged": 1}
    map_again(desk, run, clears_Stadtteil="on")
    assert counts(run) == {"changed": 1}
    assert run.rows.get().changes == {"quarter": ["Neustadt", ""]}
    desk.step(run)
    building = Building.objects.get()
    assert (building.quarter, building.condition) == ("", "derelict")


def test_a_column_that_is_not_there_empties_nothing_although_ticked_before(desk: Desk) -> None:
    desk.bring_in(Building, KNOWN)
    run = desk.plan(Building, "Straße;Hausnr.;PLZ;Ort\nMusterweg;12;06667;Weißenfels\n")
    ImportRun.objects.filter(pk=run.pk).update(clearing=["quarter"])
    run.refresh_from_db()
    map_again(desk, run)
    assert counts(run) == {"unchanged": 1}


def test_what_is_necessary_cannot_be_emptied(desk: Desk) -> None:
    run = desk.plan(Building, KNOWN)
    answer = map_again(desk, run, clears_Ort="on")
    assert "„Ort“ ist Pflicht und kann nicht leer werden." in answer.content.decode()
    again = desk.plan(Building, KNOWN.replace("Weißenfels", ""))
    plan_again(again, Wishes(clearing=["city"]))
    assert (2, "Ort", "Diese Angabe ist Pflicht und kann nicht geleert werden.") in problems(again)


def test_a_word_of_the_partner_can_mean_nothing(desk: Desk) -> None:
    run = desk.plan(Building, KNOWN.replace("verwahrlost", "k. A."))
    assert counts(run) == {"refused": 1}
    map_again(desk, run, **{"k. A.": NONE})
    assert counts(run) == {"new": 1}
    assert "condition" not in run.rows.get().changes


def test_the_partners_word_for_a_unit_is_translated_too(desk: Desk) -> None:
    run = desk.plan(Building, KNOWN.replace("Stadtteil", "Zuständige Stelle"))
    assert counts(run) == {"refused": 1}
    map_again(desk, run, Neustadt="Haus A")
    assert counts(run) == {"new": 1}, problems(run)


def test_another_encoding_can_be_chosen_where_the_umlauts_show_that_the_first_is_wrong(
    desk: Desk,
) -> None:
    content = "Straße;Hausnr.;PLZ;Ort\nŻółć;12;06667;Święta\n".replace("ß", "s").encode("cp1250")
    run = desk.plan(Building, content, encoding="cp1252")
    assert run.encoding == "Windows-1252"
    page = desk.see(run)
    assert "Gelesen als Windows-1252. Stimmen hier die Umlaute und Sonderzeichen?" in page
    assert "¯ó³æ;12;06667;Œwiêta" in page
    map_again(desk, run, encoding="cp1250", Strase="street")
    assert run.encoding == "Windows-1250"
    assert run.rows.get().changes["city"] == [None, "Święta"]


def test_a_wrong_encoding_that_hid_the_headings_is_put_right_on_the_failed_plan(
    desk: Desk,
) -> None:
    run = desk.plan(Building, KNOWN.encode("utf-8"), encoding="utf-16-le")
    assert run.state == "failed"
    map_again(desk, run, encoding="")
    assert (run.state, run.encoding, counts(run)) == ("planned", "UTF-8", {"new": 1})


def test_a_delimiter_that_was_guessed_wrong_can_be_chosen(desk: Desk) -> None:
    content = "Straße|Hausnr.|PLZ|Ort\nA;B;C;D|12|06667|X;Y;Z\n"
    run = desk.plan(Building, content)
    ImportRun.objects.filter(pk=run.pk).update(state="failed", planned_at=None)
    run.refresh_from_db()
    map_again(desk, run, delimiter="|")
    assert (run.wanted_delimiter, run.delimiter, counts(run)) == ("|", "|", {"new": 1})


def two_sheets() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for name, number in (("September", "1"), ("Oktober", "2")):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Straße", "Hausnr.", "PLZ", "Ort"])
        sheet.write_row(1, 0, ["Musterweg", number, "06667", "Weißenfels"])
    book.add_worksheet("Hinweise").write_string(0, 0, "Stand Oktober")
    book.close()
    return file.getvalue()


def test_of_a_long_list_the_likest_are_named_and_a_partners_word_can_be_given_a_meaning(
    desk: Desk,
) -> None:
    """Two hundred countries below each other would be read by nobody."""
    table = "Familienname;Vornamen;Geburtsdatum;Staatsangehörigkeit\n"
    table += "Muster;Eva;01.02.1990;rumänisch\nMuster;Ion;01.02.1991;xx\n"
    run = desk.plan(Person, table)
    first, second = (message for _line, _column, message in problems(run))
    assert first.startswith("„rumänisch“ gibt es hier nicht. Ähnlich: „Rumänien“")
    assert "in der Vorlage auf dem Blatt „Erlaubte Werte“" in first
    assert len(first) < 250
    assert "Ähnlich" not in second
    page = desk.client.get(desk.page(Person)).content.decode()
    assert "Werten des Blattes „Erlaubte Werte“" in page
    assert "Mehrere durch Komma getrennt." in page
    codes = {str(label): code for code, label in NATIONALITIES}
    map_again(desk, run, **{"rumänisch": codes["Rumänien"]})
    assert counts(run) == {"new": 1, "refused": 1}


def test_a_picture_is_offered_no_other_way_of_reading(desk: Desk) -> None:
    run = desk.plan(Building, b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    page = desk.see(run)
    assert "keine Tabelle" in page
    assert "Es ist nichts gespeichert." in page
    assert "Neu prüfen" not in page


def test_another_sheet_can_be_chosen(desk: Desk) -> None:
    run = desk.plan(Building, two_sheets(), "x.xlsx")
    assert (run.sheet, run.sheets) == ("September", ["September", "Oktober", "Hinweise"])
    map_again(desk, run, sheet="Oktober")
    assert (run.sheet, run.rows.get().changes["house_number"]) == ("Oktober", [None, "2"])
    map_again(desk, run, sheet="Hinweise")
    assert (run.sheet, run.state) == ("Hinweise", "failed")
    assert "Keine Zeile mit Spaltenüberschriften gefunden." in desk.see(run)
    map_again(desk, run, sheet="")
    assert (run.sheet, run.state) == ("September", "planned")


def test_a_sheet_that_is_not_there_is_answered_with_those_that_are(desk: Desk) -> None:
    run = desk.plan(Building, two_sheets(), "x.xlsx")
    ImportRun.objects.filter(pk=run.pk).update(wanted_sheet="November")
    run.refresh_from_db()
    plan_again(run, Wishes.of_run(run))
    assert "Die Arbeitsmappe hat kein Tabellenblatt „November“." in desk.see(run)
    run.refresh_from_db()
    map_again(desk, run, sheet="Oktober")
    assert (run.sheet, run.state) == ("Oktober", "planned")


def test_garbled_letters_are_counted_by_column_above_the_plan(desk: Desk) -> None:
    rows = "Straße;Hausnr.;PLZ;Ort\nGrÃ¼ner Weg;1;06667;WeiÃŸenfels\nM?hlweg;2;06667;Ort\n"
    run = desk.plan(Building, rows)
    assert run.seen["doubts"] == {"Straße": 2, "Ort": 1}
    assert "Hier fehlen wohl Buchstaben: „Straße“ in 2 Zeilen, „Ort“ in 1 Zeile." in text_of(
        desk.see(run)
    )


def test_an_applied_import_is_not_read_again(desk: Desk) -> None:
    run = desk.bring_in(Building, KNOWN)
    data = answers(run)
    answer = desk.client.post(f"/admin/austausch/{run.pk}/zuordnung/", data, follow=True)
    assert "Dieser Import ist schon weiter: übernommen." in answer.content.decode()
    assert "Zuordnung und Lesart" not in desk.see(run)


def test_what_was_seen_of_the_file_goes_with_the_file(desk: Desk) -> None:
    run = desk.plan(Person, "Familienname;Vornamen;Geburtsdatum\nMuster;Eva;01.02.1990\n")
    assert "Muster" in str(run.seen)
    desk.step(run, "abbrechen")
    assert run.seen == {}


def test_whoever_only_oversees_sees_the_doubts_but_no_form(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    run = desk.plan(Building, KNOWN.replace("Weißenfels", "Wei?enfels"))
    overseer = desk_of("data_protection")
    assert "Hier fehlen wohl Buchstaben" in overseer.see(run)
    assert "Neu prüfen" not in overseer.see(run)
    overseer.client.post(f"/admin/austausch/{run.pk}/zuordnung/", answers(run, Stadtteil=NONE))
    overseer.client.post(f"/admin/austausch/{run.pk}/profil/", {"name": "x"})
    run.refresh_from_db()
    assert run.wanted_columns == []


def test_a_reference_is_taken_away_only_where_all_its_cells_are_empty_and_ticked(
    desk: Desk, cast: Cast
) -> None:
    desk.bring_in(Building, KNOWN)
    text = "Straße;Hausnr.;PLZ;WE;Geschoss\nMusterweg;12;06667;EG;0\n"
    desk.bring_in(Dwelling, text)
    run = desk.plan(Dwelling, text.replace("Musterweg;12;06667", ";;"))
    ImportRun.objects.filter(pk=run.pk).update(
        clearing=["building__street", "building__house_number", "building__postcode"]
    )
    run.refresh_from_db()
    answer = desk.client.post(f"/admin/austausch/{run.pk}/zuordnung/", answers(run))
    assert answer.status_code == 422
    assert "„Straße“ ist Pflicht und kann nicht leer werden." in answer.content.decode()


@pytest.mark.parametrize("data", [{}, {"encoding": "klingonisch"}, {"column-x": "city"}])
def test_an_answer_to_another_question_is_refused_and_changes_nothing(
    desk: Desk, data: dict[str, str]
) -> None:
    run = desk.plan(Building, KNOWN)
    answer = desk.client.post(f"/admin/austausch/{run.pk}/zuordnung/", data)
    assert answer.status_code == 422
    assert "Die Tabelle wurde inzwischen anders gelesen." in answer.content.decode()
    run.refresh_from_db()
    assert (run.state, run.wanted_columns, counts(run)) == ("planned", [], {"new": 1})


def test_a_very_wide_table_has_its_form_on_a_page_of_its_own(desk: Desk) -> None:
    more = [f"Spalte {number}" for number in range(70)]
    run = desk.plan(Building, KNOWN.replace("Stadtteil", ";".join(["Stadtteil", *more])))
    page = desk.see(run)
    assert "Neu prüfen" not in page
    assert f'href="/admin/austausch/{run.pk}/zuordnung/"' in page
    assert "Neu prüfen" in desk.see(run, "zuordnung/")
