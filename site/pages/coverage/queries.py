"""The state of every piece in every language. Queries are constant, however many pieces there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import F, Q, QuerySet, Value
from django.urls import reverse
from wagtail.models import Locale, Page, WorkflowState
from wagtail_localize.models import StringTranslation

from pages.coverage.rules import State, state_of
from pages.languages import PortalLanguage, portal_languages
from pages.models.wording import Worded


@dataclass(frozen=True)
class Cell:
    """A piece in a language. `url` leads to where one works on it, "" where there is nothing yet."""

    language: PortalLanguage
    state: State
    url: str


@dataclass(frozen=True)
class Row:
    """A published original with its translations."""

    title: str
    kind: str
    url: str
    cells: list[Cell]


class _Piece(NamedTuple):
    model: str
    pk: int
    key: UUID
    locale: int
    live: bool
    edition: UUID | None
    label: str
    drafted: bool
    stands_in: bool
    path: str


class _Work(NamedTuple):
    """What translators have entered for a piece and a language."""

    any: bool
    by_machine: bool


def coverage() -> list[Row]:
    """Every published original, pages in the order of the tree, then offers and contacts."""
    languages = {
        locale.pk: locale.language_code
        for locale in Locale.objects.filter(language_code__in=dict(settings.LANGUAGES))
    }
    pieces = list(_pieces())
    work, reviewed = _work(), _in_review()
    translations = {(piece.key, languages.get(piece.locale)): piece for piece in pieces}
    locales = {code: pk for pk, code in languages.items()}
    rows = []
    for original in pieces:
        is_source = languages.get(original.locale) == settings.LANGUAGE_CODE
        if not is_source or not original.live or original.stands_in:
            continue
        cells = [
            _cell(
                original,
                translations.get((original.key, language.code)),
                language,
                work[original.key, locales.get(language.code)],
                reviewed,
            )
            for language in portal_languages()
            if language.code != settings.LANGUAGE_CODE
        ]
        kind = str(apps.get_model(original.model)._meta.verbose_name)
        rows.append(Row(original.label, kind, _url(original), cells))
    return rows


def _cell(
    original: _Piece,
    translation: _Piece | None,
    language: PortalLanguage,
    work: _Work,
    reviewed: set[tuple[str, str]],
) -> Cell:
    state = state_of(
        is_published=bool(translation and translation.live and not translation.stands_in),
        edition=translation.edition if translation else None,
        original_edition=original.edition,
        in_review=bool(translation and (translation.model, str(translation.pk)) in reviewed),
        has_draft=work.any
        or bool(translation and translation.drafted and not translation.stands_in),
        by_machine=work.by_machine,
    )
    return Cell(language, state, _url(translation or original))


def worded_models() -> list[Any]:
    """Everything whose words are translated, pages first."""
    models = [model for model in apps.get_models() if issubclass(model, Worded)]
    return sorted(models, key=lambda model: (not issubclass(model, Page), model._meta.label))


def _pieces() -> Iterator[_Piece]:
    """Originals, translations and stand-ins of every kind in one query."""
    parts = [_of(model) for model in worded_models()]
    found = parts[0].union(*parts[1:], all=True).order_by("sort")
    return (_Piece(*row) for row in found)


def _of(model: Any) -> QuerySet[Any]:
    is_page = issubclass(model, Page)
    name = "title" if any(field.name == "title" for field in model._meta.fields) else "name"
    return (
        model._base_manager.annotate(
            model=Value(model._meta.label_lower),
            label=F(name),
            drafted=Q(has_unpublished_changes=True) | Q(live=False),
            stands_in=Q(alias_of__isnull=False) if is_page else Value(False),
            sort=F("path") if is_page else Value("~" + model._meta.model_name),
        )
        .order_by()
        .values_list(
            "model",
            "pk",
            "translation_key",
            "locale_id",
            "live",
            "edition",
            "label",
            "drafted",
            "stands_in",
            "sort",
        )
    )


def _work() -> defaultdict[tuple[UUID, int | None], _Work]:
    """By key of the piece and locale."""
    found: defaultdict[tuple[UUID, int | None], _Work] = defaultdict(lambda: _Work(False, False))
    entered = StringTranslation.objects.filter(context__isnull=False)
    columns = ("context__object_id", "locale_id", "translation_type")
    for key, locale, how in entered.values_list(*columns).distinct():
        by_machine = how == StringTranslation.TRANSLATION_TYPE_MACHINE
        found[key, locale] = _Work(True, found[key, locale].by_machine or by_machine)
    return found


def _in_review() -> set[tuple[str, str]]:
    """(model, primary key as text) of what waits for a colleague's release."""
    waiting = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    return {
        (f"{app}.{model}", pk)
        for app, model, pk in waiting.values_list(
            "content_type__app_label", "content_type__model", "object_id"
        )
    }


def _url(piece: _Piece) -> str:
    """Where editors edit it, "" for nowhere. A translation opens in the translation editor, a
    stand-in where one is begun."""
    model = apps.get_model(piece.model)
    if issubclass(model, Page):
        return reverse("wagtailadmin_pages:edit", args=[piece.pk])
    viewset = getattr(model, "snippet_viewset", None)
    return reverse(viewset.get_url_name("edit"), args=[piece.pk]) if viewset else ""
