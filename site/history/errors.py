"""What the history refuses, in words that say what to do instead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


class Unrecorded(RuntimeError):  # noqa: N818
    """A way of writing that would leave no history. Raised before anything is written."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(
            f"{what} schreibt keinen Verlauf und ist für Datensätze gesperrt. "
            f"Stattdessen: {instead}"
        )


class AppendOnly(RuntimeError):  # noqa: N818
    """Somebody tried to write, change or remove a history row other than through `history`."""

    def __init__(self, table: str, what: str) -> None:
        super().__init__(
            f"{table}: {what} ist gesperrt. Verlaufszeilen entstehen nur mit einer Änderung des "
            "Datensatzes und werden nie geändert; personenbezogene Inhalte löscht history.erasure."
        )


class StaleRecord(Exception):  # noqa: N818
    """The record was changed or deleted since it was read: `loaded` is not the stored version.

    `stored` is None when the record is gone. The message can be shown to staff as it is.
    """

    def __init__(self, reference: str, pk: Any, loaded: int, stored: int | None) -> None:
        self.reference, self.pk, self.loaded, self.stored = reference, pk, loaded, stored
        if stored is None:
            text = _(
                "%(reference)s wurde inzwischen gelöscht. Ihre Änderung wurde nicht gespeichert."
            )
        else:
            text = _(
                "%(reference)s wurde inzwischen geändert (gelesen: Fassung %(loaded)s, "
                "gespeichert: Fassung %(stored)s). Ihre Änderung wurde nicht gespeichert. "
                "Bitte laden Sie den Datensatz neu und tragen Sie sie noch einmal ein."
            )
        super().__init__(text % {"reference": reference, "loaded": loaded, "stored": stored})
