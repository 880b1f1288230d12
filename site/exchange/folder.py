"""The exchange folder: what lies in `eingang` goes in, with a receipt beside; nothing gets lost.

    eingang/<collection>/<file>              a table, read as it is
    eingang/<collection>/<profile>/<file>    a table, read as the partner's profile says
    eingang/<file>.zip                       a package: checked whole, its tables in order
    erledigt/…  abgelehnt/…                  the file again, its receipt, its refused rows
    ausgang/…                                acknowledgements of packages

A file is moved only when its import is recorded and its receipt lies there. So a crash anywhere
leads to the same result when the command runs again: an import that died is gone on with, one
that was recorded is not repeated (the digest tells), and the receipt is written anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import model_of
from exchange import applying, unattended
from exchange.models import ImportProfile, ImportRun
from exchange.packages import incoming as incoming_packages
from exchange.packages.incoming import Incoming, Part
from exchange.packages.manifest import BadPaper, written
from exchange.returning import returned_file
from exchange.rights import Rights
from exchange.rules import DONE, Kind, Mode, State

IN, DONE_DIR, REFUSED_DIR, OUT = "eingang", "erledigt", "abgelehnt", "ausgang"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
CLEAN, SOME_REFUSED, UNREADABLE = 0, 1, 2


class Busy(Exception):  # noqa: N818
    """Another run is at work in this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_("In %s arbeitet schon ein anderer Lauf.") % folder)


@dataclass
class Result:
    """What became of one file. `receipt` is what lies beside it."""

    file: str
    status: int
    receipt: dict[str, Any] = field(default_factory=dict)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder for oneself. The lock goes with the process, however that ends. Raises Busy."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(folder) from None
        yield


class ExchangeFolder:
    """One run over the folder as `who`, a user or the system. Files younger than `settle` wait."""

    def __init__(self, folder: Path, who: Any, *, mode: str = Mode.ALL, settle: int = 30) -> None:
        self.folder, self.who, self.mode, self.settle = folder, who, mode, settle

    def run(self) -> Iterator[Result]:
        """Work off what is there, in the order of names. Raises Busy."""
        for name in (IN, DONE_DIR, REFUSED_DIR, OUT):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            for path in self._waiting():
                yield self._package(path) if self._is_package(path) else self._table(path)

    def _waiting(self) -> list[Path]:
        newest = time.time() - self.settle
        return sorted(
            path
            for path in (self.folder / IN).rglob("*")
            if path.is_file()
            and not path.is_symlink()
            and not path.name.startswith((".", "~$"))
            and path.suffix.lower() not in UNFINISHED
            and path.stat().st_mtime <= newest
        )

    def _is_package(self, path: Path) -> bool:
        return path.parent == self.folder / IN and path.suffix.lower() == ".zip"

    # Tables -----------------------------------------------------------------------------------

    def _table(self, path: Path) -> Result:
        try:
            model, profile = self._meant(path)
            with path.open("rb") as content:
                run = self._imported(model, profile, path.name, File(content))
        except (unattended.NotReadable, LookupError) as refusal:
            return self._refuse(path, str(refusal))
        try:
            return self._file_away(path, run)
        finally:
            unattended.forget(run)

    def _meant(self, path: Path) -> tuple[type[Model], ImportProfile | None]:
        """Collection and profile, by the folders it lies in. Raises LookupError."""
        where = path.relative_to(self.folder / IN).parts[:-1]
        if not 1 <= len(where) <= 2:
            raise LookupError(
                _(
                    "Eine Tabelle gehört in den Ordner ihrer Sammlung, z. B. eingang/building, oder"
                    " darin in den ihres Profils."
                )
            )
        model = model_of(where[0])
        self._check_right(model)
        return model, unattended.profile_named(model, where[1]) if len(where) == 2 else None

    def _check_right(self, model: type[Model]) -> None:
        if not Rights(self.who, model).may("import"):
            label = model._meta.verbose_name_plural
            raise LookupError(_("Das Konto darf %s nicht importieren.") % label)

    def _imported(
        self,
        model: type[Model],
        profile: ImportProfile | None,
        name: str,
        content: File[bytes],
        *,
        packed: bool = False,
    ) -> ImportRun:
        """The run of these bytes: the one there is, gone on with where it died, or a new one.

        `packed`: a table of a package; all packages name it alike.
        """
        known = self._recorded(model, profile, _digest(content))
        if known is not None and (packed or not _delivered_since(known, name)):
            if known.state == State.APPLYING:
                applying.apply(known)
                known.refresh_from_db()
            return known
        run = unattended.plan(
            model=model, who=self.who, name=name, content=content, profile=profile
        )
        unattended.put_in(run, self.mode)
        return run

    def _recorded(
        self, model: type[Model], profile: ImportProfile | None, sha256: str
    ) -> ImportRun | None:
        """An import of the same bytes, read the same way, that was begun and not taken back."""
        runs = _in_force(model).filter(sha256=sha256, profile=profile)
        return runs.order_by("pk").last()

    def _file_away(self, path: Path, run: ImportRun) -> Result:
        refused = unattended.not_taken(run)
        good = unattended.kept(run) or not refused
        target = self._target(path, DONE_DIR if good else REFUSED_DIR)
        receipt = unattended.receipt(run)
        _write(target.with_name(f"{target.name}.quittung.json"), written(receipt))
        if refused and run.file:
            back = returned_file(run)
            with back.file:
                name = f"{target.stem}-abgelehnt.{back.extension}"
                _copy(target.with_name(name), back.file)
        os.replace(path, target)
        return Result(self._name(path), SOME_REFUSED if refused else CLEAN, receipt)

    def _refuse(self, path: Path, message: str) -> Result:
        target = self._target(path, REFUSED_DIR)
        receipt = unattended.unreadable(message) | {"file": path.name}
        _write(target.with_name(f"{target.name}.quittung.json"), written(receipt))
        os.replace(path, target)
        return Result(self._name(path), UNREADABLE, receipt)

    # Packages ---------------------------------------------------------------------------------

    def _package(self, path: Path) -> Result:
        try:
            with incoming_packages.opened(path) as package:
                for part in package.parts:
                    self._check_right(part.model)
                return self._take_in(path, package)
        except (BadPaper, LookupError) as refusal:
            return self._refuse(path, str(refusal))

    def _take_in(self, path: Path, package: Incoming) -> Result:
        acknowledgement = package.receipt()
        lines = {line["file"]: line for line in acknowledgement["tables"]}
        target = self._target(path, DONE_DIR)
        receipts = []
        for part in package.parts:
            receipt, taken = self._part(package, part, target)
            receipts.append(receipt)
            lines[part.line["file"]] |= {"taken": taken, "refused": part.line["count"] - taken}
        refused = sum(line["refused"] for line in lines.values())
        receipt = {
            "state": "package",
            "number": package.manifest["number"],
            "sender": package.manifest["sender"],
            "refused": refused,
            "tables": receipts,
        }
        acknowledgement["received_at"] = _moment_of(path)
        sender = re.sub(r"\W+", "-", package.manifest["sender"]).strip("-")[:60]
        name = f"quittung-{sender}-{package.manifest['number']:06d}.json"
        _write(self.folder / OUT / name, written(acknowledgement))
        _write(target.with_name(f"{target.name}.quittung.json"), written(receipt))
        os.replace(path, target)
        return Result(self._name(path), SOME_REFUSED if refused else CLEAN, receipt)

    def _part(self, package: Incoming, part: Part, target: Path) -> tuple[dict[str, Any], int]:
        """(receipt, rows taken over or there already) of one table."""
        name = part.line["file"]
        if part.line["count"] == 0:
            return {"file": name, "state": "empty", "applied": False}, 0
        with package.opened(part) as content:
            try:
                run = self._imported(part.model, None, name, File(content, name), packed=True)
            except unattended.NotReadable as refusal:
                return unattended.unreadable(str(refusal)) | {"file": name}, 0
        try:
            refused = unattended.not_taken(run)
            if refused and run.file:
                back = returned_file(run)
                with back.file:
                    returned = f"{target.stem}-{Path(name).stem}-abgelehnt.{back.extension}"
                    _copy(target.with_name(returned), back.file)
            whole = unattended.kept(run) or not refused
            taken = run.total - refused if whole else run.counts[Kind.UNCHANGED]
            return unattended.receipt(run), taken
        finally:
            unattended.forget(run)

    # Names ------------------------------------------------------------------------------------

    def _target(self, path: Path, folder: str) -> Path:
        """Where the file goes; its digest in the name keeps tonight's from last night's."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        where = path.parent.relative_to(self.folder / IN)
        target = self.folder / folder / where / f"{path.stem}-{digest[:8]}{path.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.folder))


def _in_force(model: type[Model]) -> QuerySet[ImportRun]:
    """Imports that were begun and not taken back."""
    states = (*DONE, State.APPLYING, State.REQUESTED)
    runs = ImportRun.objects.filter(
        collection=model._meta.label_lower, state__in=states, undoes=None
    )
    return runs.exclude(undone_by__state__in=DONE)


def _delivered_since(known: ImportRun, name: str) -> bool:
    """Whether the sender has brought something else since: what they return to is news.

    The same sender is who has the same profile, or without one the same name of the file.
    """
    later = _in_force(known.model).filter(pk__gt=known.pk, profile=known.profile)
    return (later if known.profile else later.filter(file_name=name)).exists()


def _digest(content: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _moment_of(path: Path) -> str:
    """When the file arrived: the same however often it is tried."""
    moment = datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
    return moment.isoformat(timespec="seconds")


def _write(path: Path, content: bytes) -> None:
    _copy(path, io.BytesIO(content))


def _copy(path: Path, source: IO[bytes]) -> None:
    """Whole or not at all."""
    fresh = path.with_name(f".{path.name}.part")
    with fresh.open("wb") as file:
        shutil.copyfileobj(source, file)
    os.replace(fresh, path)
