"""Door: every page, while there is something everybody has to know."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from pages.models import Alert, AlertText
from tests.pages.conftest import html_of
from tests.pages.test_build_portal import editor  # noqa: F401 - fixture


def banner(level: str = "warning", **fields: object) -> Alert:
    alert = Alert(level=level, **fields)
    alert.texts = [
        AlertText(language="de", title="Kein Trinkwasser", text="Bis Freitag.\nBitte abkochen."),
        AlertText(language="ro", title="Fără apă potabilă"),
    ]
    alert.save()
    return alert


def test_a_banner_stands_on_every_page_in_the_readers_language(portal: Client) -> None:
    banner()
    german = html_of(portal, "/de/gesundheit/")
    assert "Kein Trinkwasser" in german
    assert "Bis Freitag.<br>Bitte abkochen." in german
    romanian = html_of(portal, "/ro/")
    assert 'lang="ro" dir="ltr">' in romanian
    assert "Fără apă potabilă" in romanian
    assert "Kein Trinkwasser" not in romanian


def test_a_language_without_words_gets_the_german_ones_or_none(portal: Client) -> None:
    alert = banner()
    alert.texts = [AlertText(language="de", title="Nur auf Deutsch")]
    alert.save()
    assert "Nur auf Deutsch" in html_of(portal, "/ro/")
    alert.only_own_languages = True
    alert.save()
    assert "Nur auf Deutsch" not in html_of(portal, "/ro/")
    assert "Nur auf Deutsch" in html_of(portal, "/de/")


def test_a_banner_appears_and_disappears_by_itself(portal: Client) -> None:
    now = timezone.now()
    banner(starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    shown = []
    for minutes in (59, 61, 119, 121):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            shown.append("Kein Trinkwasser" in html_of(portal, "/de/"))
    assert shown == [False, True, True, False]


def test_the_next_turn_is_known_so_that_no_copy_outlives_it(portal: Client) -> None:
    now = timezone.now()
    assert Alert.objects.next_turn(now) is None
    alert = banner(starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    assert Alert.objects.next_turn(now) == alert.starts_at
    assert Alert.objects.next_turn(alert.starts_at) == alert.ends_at
    alert.unpublish()
    assert Alert.objects.next_turn(now) is None


def test_the_most_urgent_stands_first_and_no_text_is_markup(portal: Client) -> None:
    banner("info")
    danger = Alert(level="danger")
    danger.texts = [AlertText(language="de", title="<b>Gefahr</b>", text="<script>")]
    danger.save()
    html = html_of(portal, "/de/")
    assert html.index("&lt;b&gt;Gefahr&lt;/b&gt;") < html.index("Kein Trinkwasser")
    assert "<script>" not in html


def test_a_banner_cannot_end_before_it_starts(db: None) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError, match="liegt vor"):
        Alert(level="info", starts_at=now, ends_at=now).full_clean()


def test_an_editor_changes_a_banner(portal: Client, editor: Client) -> None:
    """A banner has no translations: what stands around editing one must not look for them."""
    alert = banner()
    address = f"/admin/snippets/pages/alert/edit/{alert.pk}/"
    assert "Kein Trinkwasser" in html_of(editor, address)
    german, romanian = alert.texts.order_by("pk")
    sent = {
        "level": "danger",
        "starts_at": timezone.localtime(alert.starts_at).strftime("%d.%m.%Y %H:%M"),
        "ends_at": "",
        "texts-TOTAL_FORMS": "2",
        "texts-INITIAL_FORMS": "2",
        "texts-MIN_NUM_FORMS": "1",
        "texts-MAX_NUM_FORMS": "1000",
        "action-publish": "1",
    }
    for number, (text, title) in enumerate([(german, "Wieder Trinkwasser"), (romanian, "Apă")]):
        row = {"id": text.pk, "language": text.language, "title": title, "ORDER": number + 1}
        sent |= {f"texts-{number}-{name}": str(value) for name, value in row.items()}
    changed = editor.post(address, sent)
    assert changed.status_code == 302, changed.context["form"].errors
    assert "Wieder Trinkwasser" in html_of(portal, "/de/")
    assert "Kein Trinkwasser" not in html_of(portal, "/de/")
