"""The declaration of a collection's files on django-import-export: columns, read and written how.

`resource_of(model)` builds it from the catalogue. An app differs by a subclass in its
`resources.py` with `collection_model = <its model>` and the columns that differ. import-export
declares and renders; it never writes (decision 7): its per-row loop loses the speed, its bulk
mode the history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, NoReturn

from django.apps import apps
from django.db.models import ForeignKey, Model
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst
from import_export.resources import ModelResource

from catalogue import Field as Declared
from catalogue import collection_of
from catalogue.naming import is_collection
from exchange.rights import Rights
from exchange.tables.columns import Column, NaturalKey, Path, field_at, field_of, natural_key


@dataclass(frozen=True)
class Reference:
    """A foreign key to another collection, named in the file by that collection's natural key.

    `own`: columns that speak of this reference alone. The others are shared with a reference the
    record has itself: the dwelling of an inspection lies in the inspection's building.
    """

    name: str
    key: NaturalKey
    paths: tuple[Path, ...]
    own: tuple[Path, ...]


class CollectionResource(ModelResource):
    """The columns of one collection, for one person.

    `entry`: only those a file may fill in; a heading that names another is named as not taken over.
    """

    #: Filled by subclassing with a `collection_model`.
    special: ClassVar[dict[type[Model], type[CollectionResource]]] = {}
    collection_model: ClassVar[type[Model]]
    references: ClassVar[tuple[Reference, ...]] = ()
    aliases: ClassVar[dict[Path, Path]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "collection_model" in cls.__dict__ and "aliases" not in cls.__dict__:
            CollectionResource.special[cls.collection_model] = cls

    def __init__(self, rights: Rights, *, entry: bool = False) -> None:
        super().__init__()
        self.rights = rights
        allowed = {field.name for field in rights.fields() if field.entered or not entry}
        self.columns: list[Column] = [
            column for column in self.get_export_fields() if column.path[0] in allowed
        ]
        self.by_path: dict[Path, Column] = {column.path: column for column in self.columns}
        self.referring = [ref for ref in self.references if ref.name in allowed]
        self.plain = [column for column in self.columns if column.own]

    def column_for(self, path: Path) -> Column | None:
        """The column that carries this path, be it under another reference's name."""
        return self.by_path.get(self.aliases.get(path, path))

    @property
    def key_columns(self) -> list[Column | None]:
        """The columns by which a row finds its record; None for one the person may not see."""
        return [self.column_for(path) for path in natural_key(self.collection_model).paths()]

    @property
    def needed_columns(self) -> list[Column | None]:
        """Those of them without which a file is not read."""
        key = natural_key(self.collection_model)
        return [self.column_for(path) for path in key.paths(needed=True)]

    def import_data(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Resources declare; exchange.planning and exchange.applying write.")


@cache
def resource_of(model: type[Model]) -> type[CollectionResource]:
    """The resource of a collection: the general one, or the app's own where it has one."""
    config = apps.get_app_config(model._meta.app_label)
    if module_has_submodule(config.module, "resources"):
        import_module(f"{config.name}.resources")
    base = CollectionResource.special.get(model, CollectionResource)
    columns, references, aliases = _columns(model)
    declared = {name: base.fields.get(name, column) for name, column in columns.items()}
    meta = type("Meta", (), {"model": model, "fields": tuple(declared)})
    return type(
        f"{model.__name__}Resource",
        (base,),
        {
            **declared,
            "Meta": meta,
            "collection_model": model,
            "references": tuple(references),
            "aliases": aliases,
        },
    )


def _columns(
    model: type[Model],
) -> tuple[dict[str, Column], list[Reference], dict[Path, Path]]:
    columns: dict[str, Column] = {}
    references: list[Reference] = []
    aliases = _shared_paths(model)
    for declared in collection_of(model).exchanged:
        field = field_of(model, declared.name)
        if not (isinstance(field, ForeignKey) and is_collection(field.related_model)):
            column = Column((declared.name,), field, declared)
            columns[column.name] = column
            continue
        reference = _reference(field, aliases)
        references.append(reference)
        for path in reference.own:
            column = Column(path, field_at(model, path), _declared_at(model, path))
            columns[column.name] = column
    _tell_apart(model, columns)
    return columns, references, aliases


def _reference(field: ForeignKey, aliases: dict[Path, Path]) -> Reference:
    key = natural_key(field.related_model)
    paths = tuple(key.paths((field.name,)))
    return Reference(field.name, key, paths, tuple(path for path in paths if path not in aliases))


def _shared_paths(model: type[Model]) -> dict[Path, Path]:
    """dwelling.building.street is building.street, where the record refers to one building itself.

    The collection's `clean()` has to see to it that both are the same building.
    """
    direct: dict[type[Model], list[str]] = {}
    for declared in collection_of(model).exchanged:
        field = field_of(model, declared.name)
        if isinstance(field, ForeignKey) and is_collection(field.related_model):
            direct.setdefault(field.related_model, []).append(declared.name)
    aliases: dict[Path, Path] = {}
    for target, names in direct.items():
        for prefix, nested in _nested(target, (names[0],)):
            if collection_of(nested.model).apart:
                continue
            only = direct.get(nested.model, [])
            if len(only) == 1 and len(names) == 1 and only[0] != names[0]:
                for path in nested.paths():
                    aliases[(*prefix, *path)] = (only[0], *path)
    return aliases


def _nested(target: type[Model], prefix: Path) -> Iterator[tuple[Path, NaturalKey]]:
    for name, key in natural_key(target).parts:
        if key is not None:
            yield (*prefix, name), key
            yield from _nested(key.model, (*prefix, name))


def _declared_at(model: type[Model], path: Path) -> Declared:
    for name in path[:-1]:
        model = field_of(model, name).related_model
    return collection_of(model).fields[path[-1]]


def _tell_apart(model: type[Model], columns: dict[str, Column]) -> None:
    """Of two columns with one heading the foreign one says whose it is: "Person: Notiz".

    Where that is not enough, the whole way: "Kontrolle: Wohnung: Straße". Of two people, the one
    that the record is found by keeps the plain heading: "Familienname" of an interview.
    """
    for steps in (1, None):
        for alike in _alike(columns):
            meant = _found_by(model, alike)
            for column in alike:
                if not column.own and column is not meant:
                    column.column_name = _on_the_way(model, column, steps)


def _found_by(model: type[Model], alike: list[Column]) -> Column | None:
    in_key = [column for column in alike if column.path[0] in collection_of(model).key]
    if len(in_key) != 1 or not collection_of(in_key[0].model_field.model).apart:
        return None
    return in_key[0]


def _alike(columns: dict[str, Column]) -> list[list[Column]]:
    by_heading: dict[str, list[Column]] = {}
    for column in columns.values():
        by_heading.setdefault(column.column_name.casefold(), []).append(column)
    return [alike for alike in by_heading.values() if len(alike) > 1]


def _on_the_way(model: type[Model], column: Column, steps: int | None) -> str:
    names = []
    for name in column.path[:-1][:steps]:
        field = field_of(model, name)
        names.append(capfirst(str(field.verbose_name)))
        model = field.related_model
    return ": ".join([*names, capfirst(str(column.model_field.verbose_name))])
