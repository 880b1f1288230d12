"""Several codes in one column: the same in forms, lists, filters, history and files."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from catalogue import ChoiceSetField
from exchange.tables.widgets import ChoiceSetWidget
from inspections.models import InspectionCase
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast

CODES = [("noise", "Lärm"), ("waste", "Müll"), ("utilities", "Strom, Wasser oder Heizung fehlt")]
FIELD = ChoiceSetField("Anlässe", codes=CODES)


def test_the_text_is_the_same_in_whatever_order_it_was_chosen():
    assert FIELD.joined(["waste", "noise"]) == "noise,waste"
    assert FIELD.to_python("waste,noise") == "noise,waste"
    assert FIELD.in_words("noise,waste") == "Lärm, Müll"


def test_a_code_that_is_not_in_the_list_is_named():
    with pytest.raises(ValidationError, match="„lärm“ steht hier nicht zur Auswahl"):
        FIELD.clean("noise,lärm", None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Müll; Lärm", "noise,waste"),
        ("lärm,waste", "noise,waste"),
        ("Müll\nStrom, Wasser oder Heizung fehlt", "waste,utilities"),
        ("Strom, Wasser oder Heizung fehlt, Lärm", "noise,utilities"),
    ],
)
def test_a_cell_may_separate_them_as_people_do(cell, text):
    widget = ChoiceSetWidget(CODES)
    assert widget.clean(cell) == text
    assert widget.clean(widget.render(text)) == text


def test_a_word_that_is_none_of_them_is_refused_by_name():
    with pytest.raises(ValueError, match="„Ratten“ gibt es hier nicht. Erlaubt sind: „Lärm“"):
        ChoiceSetWidget(CODES).clean("Müll, Ratten")


@pytest.mark.django_db
@pytest.mark.storage
def test_form_page_history_and_filter_speak_of_the_same_set():
    cast = Cast().make_records()
    case = cast.records[InspectionCase, "own"]
    client = signed_in(cast, "inspection")
    edit = page(case, "edit")
    opened = client.get(edit)
    sent = {
        name: field.value()
        for name in opened.context["form"].fields
        if (field := opened.context["form"][name])
    }
    sent = {name: "" if value is None else value for name, value in sent.items()}
    sent |= {"reasons": ["waste", "noise"], "change_reason": "Anruf", "opened_on": "02.03.2026"}
    assert client.post(edit, sent).status_code == 302
    case.refresh_from_db()
    assert case.reasons == "noise,waste"
    assert "Lärm, Müll" in body_of(client.get(page(case)))
    assert "Lärm, Müll" in body_of(client.get(page(case, "history")))
    for wanted, count in (("waste", 1), ("pests", 0)):
        listed = client.get("/admin/inspections/inspectioncase/", {"reasons": wanted})
        own = [c for c in listed.context_data["object_list"] if c.pk == case.pk]
        assert len(own) == count, wanted
