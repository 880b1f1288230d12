"""What hangs on a person, from every collection at once: one query, however many collections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Substr, TruncDate
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from access.policy import policy_of
from catalogue import Field, collection_of, collections
from papers.models import IssuedPaper
from papers.queries import papers_of
from people.models import Household, HouseholdMember, Person, PersonMerge

SHOWN = 5
_OWN_PANELS = (Household, HouseholdMember, PersonMerge, Person)


@dataclass
class Kind:
    """The records of one collection that refer to the person, as far as one sees them."""

    label: str
    singular: str
    add_url: str
    list_url: str
    total: int = 0
    rows: list[tuple[str, str]] = field(default_factory=list)  # address, words


@dataclass(frozen=True)
class _Source:
    model: type[Any]
    by: Field
    day: str  # the first listed date
    word: str  # the first listed choice: mostly the state

    def query(self, person: Person, user: Any, place: int) -> QuerySet[Any]:
        """(place, pk, day, word) of the visible records that refer to the person."""
        rows: Any = policy_of(self.model).visible(user).filter(**{self.by.name: person})
        return rows.order_by().values_list(
            Value(place), F("pk"), _text(self.model, self.day), _text(self.model, self.word)
        )

    def kind(self, person: Person, user: Any) -> Kind:
        model, query = self.model, f"?{self.by.name}={person.pk}"
        adds = policy_of(model).may(user, "add") and self.by.entered
        return Kind(
            label=capfirst(str(model._meta.verbose_name_plural)),
            singular=str(model._meta.verbose_name),
            add_url=reverse(_address(model, "add")) + query if adds else "",
            list_url=reverse(_address(model, "list")) + query if self.by.filtered else "",
        )

    def address(self, pk: int) -> str:
        return reverse(_address(self.model, "inspect"), args=(pk,))

    def words(self, pk: int, day: str, word: str) -> str:
        parts = [self.model(pk=pk).reference]
        if found := parse_date(day):
            parts.append(date_format(found, "d.m.Y"))
        if word:
            choices = dict(self.model._meta.get_field(self.word).flatchoices)
            parts.append(str(choices.get(word, word)))
        return ", ".join(parts)


@dataclass(frozen=True)
class _Papers:
    """The issued papers of the person: whoever may view the person may open them."""

    def query(self, person: Person, user: Any, place: int) -> QuerySet[Any]:
        return (
            papers_of(person)
            .order_by()
            .values_list(
                Value(place), F("pk"), _text(IssuedPaper, "issued_at"), _text(IssuedPaper, "code")
            )
        )

    def words(self, pk: int, day: str, word: str) -> str:
        parts = [IssuedPaper(pk=pk).reference, IssuedPaper(code=word).get_code_display()]
        if found := parse_date(day):
            parts.append(date_format(found, "d.m.Y"))
        return ", ".join(parts)

    def kind(self, person: Person, user: Any) -> Kind:
        return Kind(label=_("Schreiben"), singular="", add_url="", list_url="")

    def address(self, pk: int) -> str:
        return reverse("papers:file", args=(pk,))


def related_lines(person: Person, user: Any) -> list[Kind]:
    """In the order of the menu; nothing where there is neither a record nor a way to add one."""
    sources: list[_Source | _Papers] = [*_sources(user), _Papers()]
    kinds = [source.kind(person, user) for source in sources]
    queries = [source.query(person, user, place) for place, source in enumerate(sources)]
    found = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    newest = sorted(found, key=lambda row: (row[2] or "", row[1]), reverse=True)
    for place, pk, day, word in newest:
        kind, source = kinds[place], sources[place]
        kind.total += 1
        if kind.total <= SHOWN:
            kind.rows.append((source.address(pk), source.words(pk, day or "", word or "")))
    return [kind for kind in kinds if kind.total or kind.add_url]


def _sources(user: Any) -> Iterator[_Source]:
    ordered = sorted(collections(), key=lambda m: (collection_of(m).menu, collection_of(m).order))
    for model in ordered:
        if model in _OWN_PANELS or not policy_of(model).may(user, "view"):
            continue
        visible = policy_of(model).fields(user)
        by = next((f for f in visible if _target(model, f.name) is Person), None)
        if by is not None:
            listed: list[Any] = [model._meta.get_field(f.name) for f in visible if f.listed]
            day = next((f.name for f in listed if isinstance(f, models.DateField)), "")
            word = next((f.name for f in listed if f.flatchoices), "")
            yield _Source(model, by, day, word)


def _target(model: type[Any], name: str) -> Any:
    return model._meta.get_field(name).related_model


def _text(model: type[Any], name: str) -> Any:
    """The column as text, alike in every part of the union."""
    if not name:
        return Value("", output_field=CharField())
    found = model._meta.get_field(name)
    if isinstance(found, models.DateTimeField):
        return Substr(Cast(TruncDate(name), CharField()), 1, 10)
    return Cast(F(name), CharField())


def _address(model: type[Any], name: str) -> str:
    return str(model.snippet_viewset.get_url_name(name))
