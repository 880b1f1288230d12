"""Where copies lie, and the one mark that makes all of them invalid in every process at once.

    current                     a link to the generation that holds: the mark
    <generation>/<day>/<host>/<path>/index.copy       what the layer reads
                                     index.html(.gz)  the same for a web server in front
    last/<host>/<path>/index.copy                     the newest copy of all generations
    pending/<name>                                    a change that is not committed yet

A change is committed first and then moves the mark to a name that was never used. A copy belongs to
the generation that was read before it was rendered: if anything changed meanwhile, it lies where
nobody looks. The day is in the path, so that no copy outlives midnight even if nobody moves the
mark. Each file appears whole or not at all; a home page has one per suggested language.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from pages.rendered.copies import Copy, Key, unpacked

MARK, LAST, PENDING = "current", "last", "pending"


class Store:
    """The folder of copies. Its processes need not know of each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = str(folder / MARK)

    def generation(self) -> str:
        """The generation that holds now. One system call; a new one where somebody emptied the folder."""
        try:
            return os.readlink(self._mark)
        except FileNotFoundError:
            self.invalidate()
            return os.readlink(self._mark)

    def invalidate(self) -> None:
        """No copy made until now holds any longer, in any process."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{secrets.token_hex(8)}"
        link = self.folder / f".{name}"
        link.symlink_to(name)
        link.replace(self._mark)

    def age(self) -> float:
        """Seconds since the last change."""
        return time.time() - int(self.generation().split("-")[0]) / 1e9

    def forget_last(self) -> None:
        """A page was taken away: what is kept for an outage may not show it. Rendered anew soon."""
        away = self.folder / f".{secrets.token_hex(8)}"
        with contextlib.suppress(FileNotFoundError):
            (self.folder / LAST).rename(away)
        shutil.rmtree(away, ignore_errors=True)

    def write(self, generation: str, day: str, key: Key, copy: Copy, *, whole_day: bool) -> None:
        """Keep a copy. A web server in front gets those that hold until midnight: it has no clock
        for the others. Raises OSError if the disk is full or the name too long for it."""
        packed = copy.packed()
        place = self._place(f"{generation}/{day}", key)
        _put(place.with_suffix(".copy"), packed)
        if whole_day:
            _put(place.with_suffix(".html"), copy.plain, copy.etag)
            _put(place.with_suffix(".html.gz"), copy.zipped, copy.etag)
        if self.generation() == generation:
            _put(self._place(LAST, key).with_suffix(".copy"), packed)

    def read(self, generation: str, day: str, key: Key) -> Copy | None:
        return _get(self._place(f"{generation}/{day}", key).with_suffix(".copy"))

    def last(self, key: Key) -> Copy | None:
        """The newest copy there ever was, for the time of an outage."""
        return _get(self._place(LAST, key).with_suffix(".copy"))

    def drop_last(self, key: Key) -> None:
        with contextlib.suppress(OSError):
            self._place(LAST, key).with_suffix(".copy").unlink()

    def last_keys(self) -> Iterator[Key]:
        """Whatever is kept for an outage."""
        root = self.folder / LAST
        for file in root.rglob("*.copy"):
            host, *path = file.parent.relative_to(root).parts
            variant = file.name.removesuffix(".copy").removeprefix("index").removeprefix(".")
            yield Key(host, "/" + "".join(f"{part}/" for part in path), variant)

    def announce(self) -> Path:
        """Note that a change is under way. Whoever commits it takes the note back; one that is left
        behind tells that a process died between commit and mark (`upkeep`)."""
        note = self.folder / PENDING / secrets.token_hex(8)
        note.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        note.touch()
        return note

    def left_behind(self, older_than: float) -> list[Path]:
        """Notes older than so many seconds."""
        moment = time.time() - older_than
        notes = (self.folder / PENDING).glob("*")
        return [note for note in notes if note.stat().st_mtime < moment]

    def clear_away(self) -> int:
        """Remove the generations that no longer hold. Returns how many."""
        listed = [entry for entry in self.folder.glob("*") if entry.is_dir()]
        # Read after listing: what is listed and does not hold now will never hold again.
        kept = {MARK, LAST, PENDING, self.generation()}
        old = [entry for entry in listed if entry.name not in kept]
        for entry in old:
            shutil.rmtree(entry, ignore_errors=True)
        return len(old)

    def _place(self, top: str, key: Key) -> Path:
        name = f"index.{key.variant}" if key.variant else "index"
        # The suffix is replaced later, so there has to be one.
        return self.folder / top / key.host / key.path.strip("/") / f"{name}.copy"


@cache
def store() -> Store:
    return Store(Path(settings.RENDERED_DIR))


def _put(file: Path, content: bytes, digest: str = "") -> None:
    """Write a file that is there whole or not at all.

    With a digest its time is one that follows from the content: nginx makes its ETag of time and
    size, and two pages of equal size within one second would be the same to it.
    """
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{secrets.token_hex(8)}")
    with unfinished.open("wb") as opened:
        opened.write(content)
    if digest:
        moment = 1_000_000_000 + int(digest[:7], 16)
        os.utime(unfinished, (moment, moment))
    unfinished.replace(file)


def _get(file: Path) -> Copy | None:
    try:
        return unpacked(file.read_bytes())
    except OSError:
        return None
