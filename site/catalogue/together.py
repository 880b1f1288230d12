"""A migration's steps taken together: the models are rendered once, not anew after every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]
Step = tuple[Operation, ProjectState, ProjectState]


class Together(Operation):
    """Does to state and database what its operations do one after the other, in less time.

    After every operation Django renders all models again that are related to the one it concerns:
    here nearly all are, for each record says who has made it. Together
    - a new table is created as all operations leave it, with what later ones add to it;
    - a table that stands is changed step by step before models of it alone, which know of any
      other table no more than its key.

    So it is for tables, fields, indexes and constraints, not for what reads or writes rows, and
    not for a change of a key that other tables refer to.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        return all(operation.reversible for operation in self.operations)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # what is not rendered is not rendered again
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation, before, after in self._steps(app_label, from_state, to_state):
            operation.database_forwards(app_label, schema_editor, before, after)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation, before, after in reversed([*self._steps(app_label, to_state, from_state)]):
            operation.database_backwards(app_label, schema_editor, after, before)

    def _steps(self, app_label: str, before: ProjectState, after: ProjectState) -> Iterator[Step]:
        created = {
            operation.name_lower
            for operation in self.operations
            if isinstance(operation, CreateModel)
        }
        alone: dict[str, ProjectState] = {}
        for operation in self.operations:
            if isinstance(operation, CreateModel):
                yield operation, before, after
                continue
            name = _table_of(operation)
            if name in created:
                continue
            state = alone.get(name) or _alone((app_label, name), before, after)
            alone[name] = state.clone()
            operation.state_forwards(app_label, alone[name])
            yield operation, state, alone[name]


def _table_of(operation: Any) -> str:
    """An option of a model names it `name`; a field, an index or a constraint `model_name`."""
    return str(getattr(operation, "model_name", None) or operation.name).lower()


def _alone(key: Key, before: ProjectState, after: ProjectState) -> ProjectState:
    """A state in which there is only this table, and the keys of those it will ever refer to."""
    state = ProjectState()
    heirs = [key]
    while heirs:
        model = before.models[heirs.pop()]
        state.models[model.app_label, model.name_lower] = model.clone()
        heirs += [resolve_relation(base) for base in model.bases if isinstance(base, str)]
    referring = [model for key in state.models for model in (before.models[key], after.models[key])]
    while referring:
        model = referring.pop()
        for other in _referred_to(model):
            if other not in state.models:
                state.models[other] = _key_only(after.models[other])
                referring.append(state.models[other])
    _ = state.apps  # rendered before any step is: columns keep the order in which they are made
    return state


def _referred_to(model: ModelState) -> Iterator[Key]:
    for field in model.fields.values():
        if field.remote_field:
            for other in (field.remote_field.model, getattr(field.remote_field, "through", None)):
                if other:
                    yield resolve_relation(other, model.app_label, model.name_lower)


def _key_only(model: ModelState) -> ModelState:
    return ModelState(
        model.app_label,
        model.name,
        [(name, field) for name, field in model.fields.items() if field.primary_key],
        {name: value for name, value in model.options.items() if name == "db_table"},
        (models.Model,),
    )
