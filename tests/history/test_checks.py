"""A recorded model that could lose history is named before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models.functions import Upper
from wagtail.models import DraftStateMixin, RevisionMixin, WorkflowMixin

from catalogue import Collection, Field, Section
from history.checks import check_recorded_models, faults_of
from history.models import Recorded
from history.shapes import shape_of


@pytest.fixture
def registry() -> Iterator[None]:
    """Models made for a test are forgotten with it."""
    models_ = apps.all_models["buildings"]
    before = dict(models_)
    yield
    for name in set(models_) - set(before):
        del models_[name]
    apps.clear_cache()


def collection(*fields: Field) -> Collection:
    return Collection(
        prefix="XXX",
        icon="home",
        menu="housing",
        key=("name",),
        sections=(Section("Alles", *fields),),
        rights={},
    )


def ids(model: Any) -> list[str]:
    return [error.id for error in faults_of(model)]


def scratch(*bases: type[Any], **attributes: Any) -> Any:
    """A recorded model made for one test."""
    meta = type("Meta", (), {"app_label": "buildings"})
    attributes = {
        "collection": collection(),
        "Meta": meta,
        "__module__": "buildings.models",
    } | attributes
    return type("Scratch", (*bases, Recorded), attributes)


def test_every_recorded_model_of_the_product_is_in_order() -> None:
    assert check_recorded_models() == []


def test_a_simple_record_is_in_order(registry: None) -> None:
    assert ids(scratch(name=models.CharField(max_length=20))) == []


def test_a_record_without_a_declaration_is_named(registry: None) -> None:
    assert ids(scratch(collection=None)) == ["history.E001"]


@pytest.mark.parametrize(
    "bases",
    [
        (RevisionMixin,),
        (DraftStateMixin, RevisionMixin),
        (WorkflowMixin, DraftStateMixin, RevisionMixin),
    ],
)
def test_a_record_with_a_second_history_is_named(registry: None, bases: Any) -> None:
    assert "history.E002" in ids(scratch(*bases))


def test_a_relation_without_history_is_named(registry: None) -> None:
    model = scratch(units=models.ManyToManyField("access.OrganisationalUnit"))
    assert ids(model) == ["history.E003"]


def test_a_manager_that_writes_past_the_history_is_named(registry: None) -> None:
    assert ids(scratch(objects=models.Manager())) == ["history.E004"]


def test_inheritance_between_tables_is_named(registry: None) -> None:
    class Parent(models.Model):
        class Meta:
            app_label = "buildings"

        def __str__(self) -> str:
            return ""

    assert "history.E005" in ids(scratch(Parent))


def test_a_key_that_is_no_number_is_named(registry: None) -> None:
    assert ids(scratch(id=models.UUIDField(primary_key=True))) == ["history.E006"]


class Odd(models.Field):
    def db_type(self, connection: Any) -> str:
        return "text"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Odd(), "history.E010"),
        (
            models.ForeignKey("access.OrganisationalUnit", models.SET_NULL, null=True),
            "history.E011",
        ),
        (models.DateTimeField(auto_now=True), "history.E012"),
        (models.DecimalField(max_digits=16, decimal_places=2), "history.E013"),
        (models.ForeignKey("wagtailimages.Image", models.PROTECT, null=True), "history.E015"),
        (models.ForeignKey("wagtaildocs.Document", models.PROTECT, null=True), "history.E015"),
    ],
)
def test_a_field_that_cannot_be_recorded_is_named(
    registry: None, field: models.Field, expected: str
) -> None:
    model = scratch(thing=field)
    assert ids(model) == [expected]


def test_a_personal_field_that_cannot_be_erased_is_named(registry: None) -> None:
    model = scratch(age=models.IntegerField(), collection=collection(Field("age", personal=True)))
    assert ids(model) == ["history.E014"]
    assert "age is personal" in faults_of(model)[0].msg


def test_what_the_database_works_out_itself_is_no_column_of_the_history(registry: None) -> None:
    model = scratch(
        name=models.CharField(max_length=20),
        shouted=models.GeneratedField(
            expression=Upper("name"), output_field=models.TextField(), db_persist=True
        ),
    )
    assert ids(model) == []
    assert "shouted" not in shape_of(model).attnames
    assert not [f for f in model.history.model._meta.fields if f.name == "shouted"]
