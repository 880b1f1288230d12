"""The fixed cast of the tests: one person per role, two units, and records of every relation.

Whoever reads a test knows them: everybody of the cast works in "Haus A"; "own" records belong to
Haus A, "shared" and "foreign" ones to Haus B, and the shared ones are shared with Haus A.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from access.models import Carrier, Membership, OrganisationalUnit, Share, User
from access.roles import ROLES
from buildings.models import Building
from catalogue import ChoiceSetField, collections
from history.actor import Source, System, acting_as

RELATIONS = ("own", "shared", "foreign")
# Where a record refers to two of a kind (a community and its member), the second is another's.
_NEXT = {"own": "shared", "shared": "foreign", "foreign": "own"}
#: One black point, for records that hold a picture.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_FITTING = {
    "house_number": "{n}",
    "postcode": "0666{n}",
    "email": "{word}@example.org",
    "closed": "False",  # an interview is not held with somebody who lives in a closed flat
    "owner_collection": "buildings.building",
    "declined": "False",  # an answer is given or declined
    "cases.question.kind": "text",  # so that an answer may be any word
    "cases.question.asked_of": "child",  # the cast was born this year
    "cases.question.choices": "",  # a small language of its own
    "cases.question.condition": "",
    "cases.questiontext.choices": "",
    "recipient": "",  # a referral goes to a unit or to somebody outside
    # The housing act does not reach the cast's own four walls.
    "inspections.inspectioncase.legal_basis": "building_code",
    "valid_to": "2026-04-0{n}",
    "law.legalfigure.valid_to": "2026-03-0{n}",  # of one figure, only one value holds on a day
}
# Whoever is named in a deadline or task reaches it; of birth dates, years and ages one is enough.
_LEFT_OPEN = {"assignee", "age", "birth_year", "birth_month"}


def _again(field: Any, values: dict[str, Any]) -> bool:
    """Whether the record refers to a record of this field's collection already."""
    target = field.related_model
    return target in collections() and target in map(type, values.values())


def marker(model: type[models.Model], relation: str) -> str:
    """A word that occurs in one record and nowhere else: finding it is seeing the record."""
    return f"zz{model._meta.model_name}{relation}zz"


class Cast:
    """`people[role]` sign in; `records[model, relation]` are there to be seen or not."""

    def __init__(self) -> None:
        _restore_what_a_flush_took()
        call_command("sync_roles", verbosity=0)
        self.house_a = OrganisationalUnit.objects.create(
            code="house-a", name="Haus A", carrier=Carrier.CITY
        )
        self.house_b = OrganisationalUnit.objects.create(
            code="house-b", name="Haus B", carrier=Carrier.DISTRICT
        )
        self.people = {code: self._person(code) for code in ROLES}
        self.records: dict[tuple[type[models.Model], str], Any] = {}

    def _person(self, code: str) -> User:
        user = User.objects.create_user(f"cast-{code}", password="correct horse battery")
        user.groups.add(Group.objects.get(name=ROLES[code].name))
        Membership.objects.create(user=user, unit=self.house_a)
        return user

    def make_records(self, *, without: Sequence[str] = ()) -> Cast:
        """One record of every collection and relation, each referring to its like.

        `without`: rooms that stay empty; what refers to one of theirs refers to nothing.
        """
        made = self._make(model for model in _referred_first() if room_of(model) not in without)
        for model in made:
            self._share(self.records[model, "shared"])
        return self

    def holder_of(self, roles: Iterable[str]) -> User:
        """Somebody of Haus A who holds all of these roles."""
        user = User.objects.create_user(f"cast-{'-'.join(roles)}"[:150], password=None)
        user.groups.set(Group.objects.filter(name__in=[ROLES[code].name for code in roles]))
        Membership.objects.create(user=user, unit=self.house_a)
        return user

    def fill(self, *rooms: str) -> None:
        """What `without` left empty. Nothing of it is shared with anybody."""
        self._make(model for model in _referred_first() if room_of(model) in rooms)

    def _make(self, models_: Iterable[type[models.Model]]) -> list[type[models.Model]]:
        made = list(models_)
        with acting_as(System("Test"), source=Source.COMMAND, because="Besetzung der Tests"):
            for model in made:
                for number, relation in enumerate(RELATIONS, start=1):
                    self.records[model, relation] = self._record(model, relation, number)
        return made

    def _record(self, model: type[models.Model], relation: str, number: int) -> Any:
        unit = self.house_a if relation == "own" else self.house_b
        values: dict[str, Any] = {"unit": unit}
        for name in model.collection.fields:
            field = model._meta.get_field(name)
            if name != "unit" and field.related_model is not model:
                whose = _NEXT[relation] if _again(field, values) else relation
                values[name] = self._value(field, marker(model, relation), whose, number)
        record = model(**values)
        record.full_clean()
        record.save()
        return record

    def _value(self, field: Any, word: str, relation: str, number: int) -> Any:
        if field.name in _LEFT_OPEN:
            return None
        for name in (f"{field.model._meta.label_lower}.{field.name}", field.name):
            if name in _FITTING:
                return _FITTING[name].format(word=word, n=number)
        if field.is_relation:
            return self._referred(field.related_model, relation)
        if isinstance(field, ChoiceSetField):
            return field.codes[0][0]
        if isinstance(field, models.FileField):
            return ContentFile(PICTURE, name="bild.png")
        if field.choices:
            return field.choices[0][0]
        return self._plain(field, word, number)

    def _plain(self, field: Any, word: str, number: int) -> Any:
        if hangs(field.model) and field.name == "owner_pk":
            return self.records[Building, RELATIONS[number - 1]].pk
        for kind, value in (
            (models.BooleanField, True),
            (models.DateTimeField, datetime.datetime(2026, 3, number, 9, tzinfo=datetime.UTC)),
            (models.DateField, datetime.date(2026, 3, number)),
            (models.TimeField, datetime.time(9, number)),
            (models.DecimalField, Decimal(40 + number)),
            (models.IntegerField, 1900 + number if "year" in field.name else number),
        ):
            if isinstance(field, kind):
                return value
        return word

    def _referred(self, target: Any, relation: str) -> Any:
        """Who or what a record of this relation refers to; units and people are no records."""
        if target is OrganisationalUnit:
            return self.house_a if relation == "own" else self.house_b
        if target is User:
            return self.people["inspection"]
        return self.records.get((target, relation))

    def _share(self, record: Any) -> None:
        Share.objects.create(
            collection=record._meta.label_lower,
            object_pk=record.pk,
            unit=self.house_a,
            may_change=True,
            reason="Vertretung",
            until=timezone.localdate() + datetime.timedelta(days=30),
            shared_by=self.people["administrator"],
        )


def hangs(model: type[models.Model]) -> bool:
    """Whether it names what it is about by label and number: in the cast, the building."""
    return "owner_collection" in model.collection.fields  # type: ignore[attr-defined]


def room_of(model: type[models.Model]) -> str:
    return model._meta.app_label


def _restore_what_a_flush_took() -> None:
    """A test with real transactions ends in a flush, which takes the rows that migrations wrote."""
    migration = "wagtail_localize.migrations.0006_create_submit_translation_permission"
    import_module(migration).create_submit_translation_permission(apps, None)


def _referred_first() -> list[type[models.Model]]:
    """The collections, each after those it refers to."""
    ordered: list[type[models.Model]] = []

    def add(model: type[models.Model]) -> None:
        if model in ordered or model not in collections():
            return
        if hangs(model):
            add(Building)
        for name in model.collection.fields:
            target = model._meta.get_field(name).related_model
            if target is not None and target is not model:
                add(target)
        ordered.append(model)

    for model in collections():
        add(model)
    return ordered
