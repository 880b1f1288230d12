"""An import without a person in front of it: read, planned, applied in one go, and its receipt.

For `import_table` and `exchange_folder`. It goes the way an import in the browser goes, with the
same plan, rights, modes and profiles; what a profile gives to a second person waits for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.db.models import Model
from django.utils.translation import gettext as _

from exchange import actions, applying, planning
from exchange.mapping.profiles import current_profiles, lay_down
from exchange.models import ImportProfile, ImportRun
from exchange.refusals import Unreadable
from exchange.returning import returned_rows
from exchange.rules import DONE, RETURNED, Mode, State


class NotReadable(Exception):  # noqa: N818
    """The file is no table of this collection. The message is for the person who sent it."""


class NoProfile(LookupError):  # noqa: N818
    """No profile of this name is in use for the collection."""

    def __init__(self, name: str, model: type[Model]) -> None:
        known = ", ".join(f"„{profile.name}“" for profile in current_profiles(model))
        message = _("Kein Profil „%(name)s“. Es gibt: %(known)s.")
        super().__init__(message % {"name": name, "known": known or _("keines")})


def profile_named(model: type[Model], name: str) -> ImportProfile:
    """The version in use of the profile. Raises NoProfile."""
    profile = current_profiles(model).filter(name=name).first()
    if profile is None:
        raise NoProfile(name, model)
    return profile


def plan(
    *,
    model: type[Model],
    who: Any,
    name: str,
    content: File[bytes],
    profile: ImportProfile | None = None,
) -> ImportRun:
    """The planned run of a file; `forget` it unless it is applied. Raises NotReadable."""
    try:
        run = actions.upload(model=model, who=who, name=name, content=content)
    except Unreadable as refusal:
        raise NotReadable(str(refusal)) from None
    if profile is not None:
        lay_down(run, profile)
    actions.move(run, "plan")
    planning.plan(run)
    run.refresh_from_db()
    if run.state == State.FAILED:
        message = run.message
        forget(run)
        raise NotReadable(message)
    return run


def put_in(run: ImportRun, mode: str = Mode.ALL) -> None:
    """Apply the plan as far as the mode lets it; otherwise nothing happens."""
    if run.confirmable_as(mode) and actions.begin(run, run.uploaded_by, mode):
        applying.apply(run)
    run.refresh_from_db()


def kept(run: ImportRun) -> bool:
    """Whether the run stays: it wrote something, or waits for a second person."""
    return run.state in DONE or run.state == State.REQUESTED


def forget(run: ImportRun) -> None:
    """A dry run, and one that could not be applied, leave nothing."""
    if not kept(run):
        run.file.delete(save=False)
        run.delete()


def not_taken(run: ImportRun) -> int:
    """How many rows did not go in: refused, in conflict, left."""
    return sum(run.counts[kind] for kind in RETURNED)


def receipt(run: ImportRun) -> dict[str, Any]:
    """What `--json` prints. `refused` holds all rows that were not taken, conflicts included."""
    applied = run.state in DONE
    return {
        "state": run.state,
        "applied": applied,
        "import": run.pk if kept(run) else None,
        "collection": run.collection,
        "profile": run.profile.name if run.profile else None,
        "mode": run.mode if applied else None,
        "file": run.file_name,
        "sha256": run.sha256,
        "encoding": run.encoding,
        "delimiter": run.delimiter,
        "sheet": run.sheet,
        "header_line": run.header_line,
        "unknown_columns": [heading for heading, _like in run.unknown],
        "total": run.total,
        "counts": {kind.value: count for kind, count in run.counts.items()},
        "refused": list(_refused(run)),
    }


def _refused(run: ImportRun) -> Iterator[dict[str, Any]]:
    for row in returned_rows(run).iterator(chunk_size=2000):
        yield {
            "line": row.line,
            "kind": row.kind,
            "record": row.key_text,
            "errors": row.errors,
        }


def unreadable(message: str) -> dict[str, Any]:
    """The receipt of a file that is no table."""
    return {"state": "unreadable", "applied": False, "error": message}
