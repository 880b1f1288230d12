"""How one partner's tables are read, kept for next month: choose, save, retire, compare.

Who may import a collection may use its profiles and change them; a change is a new version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from access.policy import policy_of
from catalogue import collections
from exchange.mapping.matching import Headings, folded
from exchange.mapping.wishes import Wishes
from exchange.models import ImportProfile, ImportRun
from exchange.planning import resource_for
from exchange.reading.encoding import ENCODINGS
from exchange.rights import Rights
from exchange.tables.resources import resource_of

_TAKEN_OVER = ("encoding", "delimiter", "sheet", "columns", "clearing", "values", "four_eyes")


class NameTaken(Exception):  # noqa: N818
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Ein Profil „%s“ gibt es in dieser Sammlung schon. Bitte wählen Sie einen anderen"
                " Namen, oder laden Sie die Tabelle mit diesem Profil hoch und ändern Sie es dann."
            )
            % name
        )


def current_profiles(model: type[Model]) -> QuerySet[ImportProfile]:
    """The newest version of every profile of a collection that is in use."""
    label = model._meta.label_lower
    return ImportProfile.objects.filter(collection=label, retired_at=None).order_by("name")


def visible_profiles(user: Any) -> QuerySet[ImportProfile]:
    """Those of the collections the person may import."""
    mine = [m._meta.label_lower for m in collections() if policy_of(m).may(user, "import")]
    return ImportProfile.objects.filter(collection__in=mine).select_related("created_by")


def profile_or_404(user: Any, pk: int) -> ImportProfile:
    try:
        return visible_profiles(user).get(pk=pk)
    except (ImportProfile.DoesNotExist, OverflowError):
        raise Http404 from None


def lay_down(run: ImportRun, profile: ImportProfile) -> None:
    """Have the run read by the profile; what the person set by hand at the upload stays."""
    values = Wishes.of_profile(profile).on_run()
    if run.wanted_encoding:
        del values["wanted_encoding"]
    for name, value in {"profile": profile, **values}.items():
        setattr(run, name, value)
    run.save(update_fields=["profile", *values])


def save_profile(
    run: ImportRun, *, name: str, four_eyes: bool, note: str, who: Any
) -> ImportProfile:
    """Keep how this run was read: as a new profile, or as a new version of the one it used.

    Raises NameTaken. Where nothing differs, no version is made and the present one is returned.
    """
    draft = ImportProfile(
        collection=run.collection,
        name=name,
        four_eyes=four_eyes,
        note=note,
        created_by=who,
        **_as_read(run),
    )
    try:
        with transaction.atomic():
            return _save_version(run, draft)
    except IntegrityError:  # somebody else saved that name a moment ago
        raise NameTaken(name) from None


def _save_version(run: ImportRun, draft: ImportProfile) -> ImportProfile:
    namesakes = ImportProfile.objects.filter(collection=draft.collection, name=draft.name)
    present = namesakes.select_for_update().filter(retired_at=None).first()
    if present is not None:
        if run.profile is None or run.profile.name != draft.name:
            raise NameTaken(draft.name)
        if all(getattr(present, n) == getattr(draft, n) for n in (*_TAKEN_OVER, "note")):
            return present
        retire(present)
    draft.version = (namesakes.aggregate(Max("version"))["version__max"] or 0) + 1
    draft.save()
    return draft


def _as_read(run: ImportRun) -> dict[str, Any]:
    """Every heading of the file with its column, so that the next file can be compared with it."""
    wishes = Wishes.of_run(run)
    columns = resource_for(run).columns
    places = Headings(columns, wishes.columns).assign(run.headings).places
    names = {index: column.name for column, index in places.items()}
    pairs = [[heading, names.get(i, "")] for i, heading in enumerate(run.headings) if heading]
    taken = set(names.values())
    return {
        "encoding": wishes.reading.encoding,
        "delimiter": wishes.reading.delimiter,
        "sheet": wishes.reading.sheet,
        "columns": pairs,
        "clearing": sorted(name for name in wishes.clearing if name in taken),
        "values": {name: words for name, words in wishes.values.items() if name in taken},
    }


def retire(profile: ImportProfile) -> None:
    """Offer the profile no more. Imports that used it keep it."""
    profile.retired_at = timezone.now()
    profile.save(update_fields=["retired_at"])


def may_return(profile: ImportProfile) -> bool:
    """Whether a retired profile can be offered again: no other version of it is in use."""
    namesakes = ImportProfile.objects.filter(collection=profile.collection, name=profile.name)
    return profile.retired_at is not None and not namesakes.filter(retired_at=None).exists()


def bring_back(profile: ImportProfile) -> None:
    """Offer a retired profile again. Raises NameTaken."""
    profile.retired_at = None
    try:
        with transaction.atomic():
            profile.save(update_fields=["retired_at"])
    except IntegrityError:
        raise NameTaken(profile.name) from None


@dataclass(frozen=True)
class Deviations:
    """Headings of the profile that the file has not, and headings of the file new to it."""

    missing: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def deviations(run: ImportRun) -> Deviations:
    """Where the table differs from what its profile knows."""
    if run.profile is None or not run.headings:
        return Deviations()
    known = [heading for heading, _name in run.profile.columns]
    here = {folded(heading) for heading in run.headings}
    there = {folded(heading) for heading in known}
    return Deviations(
        [heading for heading in known if folded(heading) not in here],
        [heading for heading in run.headings if heading and folded(heading) not in there],
    )


# -- What a version changed ------------------------------------------------------------------------
def changes(old: ImportProfile, new: ImportProfile, user: Any) -> list[str]:
    """What the newer version changed, in sentences."""
    model = resource_of(new.model)
    names = Names(model(Rights(user, new.model), entry=True).columns)
    return [
        *_changed_columns(old, new, names),
        *_changed_rules(old, new, names),
        *_changed_reading(old, new),
    ]


class Names:
    """What columns are called on screen; one out of sight keeps its name in code."""

    def __init__(self, columns: Any) -> None:
        self.labels = {column.name: column.column_name for column in columns}

    def __getitem__(self, name: str) -> str:
        return self.labels.get(name, name) if name else _("nicht übernehmen")


def _changed_columns(old: ImportProfile, new: ImportProfile, names: Names) -> Iterator[str]:
    before, after = dict(old.columns), dict(new.columns)
    for heading, name in after.items():
        said = {"heading": heading, "new": names[name], "old": names[before.get(heading, "")]}
        if heading not in before:
            yield _("Neue Spalte „%(heading)s“: %(new)s.") % said
        elif before[heading] != name:
            yield _("Spalte „%(heading)s“: %(new)s, vorher %(old)s.") % said
    for heading in before.keys() - after.keys():
        yield _("Spalte „%s“ ist weggefallen.") % heading


def _changed_rules(old: ImportProfile, new: ImportProfile, names: Names) -> Iterator[str]:
    for name in sorted(set(new.clearing) - set(old.clearing)):
        yield _("Eine leere Zelle leert jetzt „%s“.") % names[name]
    for name in sorted(set(old.clearing) - set(new.clearing)):
        yield _("Eine leere Zelle lässt „%s“ jetzt, wie es ist.") % names[name]
    for name in sorted(old.values.keys() | new.values.keys()):
        if old.values.get(name) != new.values.get(name):
            yield _("Die übersetzten Wörter für „%s“ sind andere.") % names[name]
    if old.four_eyes != new.four_eyes:
        yield (
            _("Jetzt muss eine zweite Person bestätigen.")
            if new.four_eyes
            else _("Eine zweite Person muss nicht mehr bestätigen.")
        )


def _changed_reading(old: ImportProfile, new: ImportProfile) -> Iterator[str]:
    found = _("wird erkannt")
    if old.encoding != new.encoding:
        yield _("Zeichensatz: %s.") % ENCODINGS.get(new.encoding, found)
    if old.delimiter != new.delimiter:
        yield _("Trennzeichen: %s.") % (new.delimiter.replace("\t", _("Tabulator")) or found)
    if old.sheet != new.sheet:
        yield _("Tabellenblatt: %s.") % (new.sheet or found)
    if old.note != new.note:
        yield _("Die Hinweise sind andere.")
