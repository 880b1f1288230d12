"""The form that puts the reading of a table right: how it is read, which column is which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.mapping.matching import Headings
from exchange.mapping.wishes import Wishes
from exchange.models import ImportRun
from exchange.planning import resource_for
from exchange.reading.encoding import ENCODINGS
from exchange.reading.opening import Choices, is_workbook
from exchange.refusals import Unreadable
from exchange.tables.columns import Column, field_of

NONE = "-"  # not to be taken over; of a word: nothing
DELIMITERS = {
    ";": gettext_lazy("Semikolon"),
    ",": gettext_lazy("Komma"),
    "\t": gettext_lazy("Tabulator"),
    "|": gettext_lazy("senkrechter Strich"),
}


@dataclass(frozen=True)
class Line:
    """One heading of the file on the form. `like`: the column it might be meant as."""

    heading: str
    examples: list[str]
    column: forms.BoundField
    clears: forms.BoundField
    like: str


@dataclass(frozen=True)
class Word:
    """One word of the file that the list of its column does not know."""

    column: str
    word: str
    meaning: forms.BoundField


class MappingForm(forms.Form):
    """What the run's wishes are now, as a form; `wishes()` is what they are to be.

    Only what differs from what would be recognised anyway is laid down.
    """

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        super().__init__(data, auto_id="lesart-%s")
        self.run = run
        self.old = Wishes.of_run(run)
        self.resource = resource_for(run)
        self.columns: dict[str, Column] = {c.name: c for c in self.resource.columns}
        self.recognised = Headings(self.resource.columns)
        self.headings = list(dict.fromkeys(heading for heading in run.headings if heading))
        self._add_reading()
        self._add_columns()
        self._add_words()

    # How it is read -------------------------------------------------------------------------------

    def _add_reading(self) -> None:
        kind = _kind(self.run)
        if kind == "workbook":
            self._choose(
                "sheet",
                _("Tabellenblatt"),
                _("das erste mit den Überschriften"),
                {name: name for name in self.run.sheets},
                self.old.reading.sheet,
            )
        elif kind == "text":
            self._choose(
                "encoding", _("Zeichensatz"), _found(), ENCODINGS, self.old.reading.encoding
            )
            self._choose(
                "delimiter", _("Trennzeichen"), _found(), DELIMITERS, self.old.reading.delimiter
            )

    def _choose(self, name: str, label: str, empty: str, choices: Any, initial: str) -> None:
        options = [("", empty), *choices.items()]
        self.fields[name] = forms.ChoiceField(
            label=label, choices=options, required=False, initial=initial
        )

    @property
    def reading(self) -> list[forms.BoundField]:
        return [self[name] for name in ("encoding", "delimiter", "sheet") if name in self.fields]

    def _read_anew(self) -> bool:
        return self._reading() != self.old.reading

    def _reading(self) -> Choices:
        chosen = self.cleaned_data
        return Choices(*(chosen.get(name, "") for name in ("encoding", "delimiter", "sheet")))

    # Which column is which ------------------------------------------------------------------------

    def _add_columns(self) -> None:
        found = Headings(self.resource.columns, self.old.columns).assign(self.run.headings)
        now = {self.run.headings[place]: column.name for column, place in found.places.items()}
        self.likes = {unknown.heading: unknown.like for unknown in found.unknown}
        for heading in self.headings:
            self.fields[f"column-{_mark(heading)}"] = forms.ChoiceField(
                label=heading,
                choices=self._targets(self.likes.get(heading, "")),
                initial=now.get(heading, NONE),
                error_messages={"required": _changed_meanwhile()},
            )
            self.fields[f"clears-{_mark(heading)}"] = forms.BooleanField(
                label=_("leere Zelle leert das Feld"),
                required=False,
                initial=now.get(heading) in self.old.clearing,
            )

    def _targets(self, like: str) -> list[tuple[str, str]]:
        """The suggestion is marked and on top, and nobody's choice but the person's."""
        labels = {name: column.column_name for name, column in self.columns.items()}
        first = [name for name, label in labels.items() if like and label == like]
        options = [(name, _("%s (Vorschlag)") % labels[name]) for name in first]
        options += [(name, label) for name, label in labels.items() if name not in first]
        return [(NONE, _("nicht übernehmen")), *options]

    @property
    def lines(self) -> Iterator[Line]:
        examples = dict(zip(self.run.headings, self.run.seen.get("examples", []), strict=False))
        for heading in self.headings:
            yield Line(
                heading,
                examples.get(heading, []),
                self[f"column-{_mark(heading)}"],
                self[f"clears-{_mark(heading)}"],
                self.likes.get(heading, ""),
            )

    # What words mean ------------------------------------------------------------------------------

    def _add_words(self) -> None:
        self.terms: list[tuple[str, str]] = []
        words = self.run.seen.get("words", {})
        for name, column in self.columns.items():
            known = self.old.values.get(name, {})
            allowed = [*column.widget.allowed()]
            for word in dict.fromkeys([*known, *words.get(name, [])]) if allowed else ():
                self.terms.append((name, word))
                self.fields[f"word-{name}-{_mark(word)}"] = forms.ChoiceField(
                    label=word,
                    required=False,
                    choices=[("", _("unbekannt lassen")), (NONE, _("keine Angabe")), *allowed],
                    initial=known.get(word, "") or (NONE if word in known else ""),
                )

    @property
    def words(self) -> Iterator[Word]:
        for name, word in self.terms:
            yield Word(self.columns[name].column_name, word, self[f"word-{name}-{_mark(word)}"])

    # What comes of it -----------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self._read_anew():
            self._check_columns()
        return self.cleaned_data

    def _check_columns(self) -> None:
        taken: dict[str, str] = {}
        for heading, name in self._chosen():
            field = f"column-{_mark(heading)}"
            if name in taken:
                said = {"label": self.columns[name].column_name, "other": taken[name]}
                self.add_error(field, _("„%(label)s“ ist schon Spalte „%(other)s“.") % said)
            elif self.run.headings.count(heading) > 1:
                self.add_error(
                    field,
                    _(
                        "Diese Überschrift steht mehrmals in der Tabelle. Bitte geben Sie den"
                        " Spalten in der Datei verschiedene Namen."
                    ),
                )
            if self.cleaned_data[f"clears-{_mark(heading)}"] and not self._clearable(name):
                label = self.columns[name].column_name
                self.add_error(field, _("„%s“ ist Pflicht und kann nicht leer werden.") % label)
            taken[name] = heading
        missing = [c for c in self.resource.needed_columns if c is not None and c.name not in taken]
        if missing:
            names = ", ".join(f"„{column.column_name}“" for column in missing)
            self.add_error(
                None,
                _("Es fehlt %s. Ohne diese Spalten ist nicht klar, welcher Datensatz gemeint ist.")
                % names,
            )

    def _chosen(self) -> Iterator[tuple[str, str]]:
        """(heading, name of our column) of every column that is to be taken over."""
        for heading in self.headings:
            name = self.cleaned_data[f"column-{_mark(heading)}"]
            if name != NONE:
                yield heading, name

    def _clearable(self, name: str) -> bool:
        column = self.columns[name]
        if column.own:
            return column.clearable
        return bool(field_of(self.resource.collection_model, column.path[0]).null)

    def wishes(self) -> Wishes:
        """Of a valid form."""
        return Wishes(
            self._reading(), list(self._laid_down()), self._clearing(), dict(self._meanings())
        )

    def _laid_down(self) -> Iterator[tuple[str, str]]:
        said = dict(self.old.columns)
        chosen = dict(self._chosen())
        for heading in self.headings:
            anyway, name = self.recognised.find(heading), chosen.get(heading, "")
            if heading in said or name != (anyway.name if anyway else ""):
                yield heading, name
        for heading, name in said.items():
            if heading not in self.headings:
                yield heading, name  # the file has it under another reading, or next month

    def _clearing(self) -> list[str]:
        here = dict(self._chosen())
        ticked = [n for h, n in here.items() if self.cleaned_data[f"clears-{_mark(h)}"]]
        return sorted({*ticked, *(set(self.old.clearing) - set(here.values()))})

    def _meanings(self) -> Iterator[tuple[str, dict[str, str]]]:
        for column in dict.fromkeys(name for name, _word in self.terms):
            meanings = {
                word: self.cleaned_data[f"word-{name}-{_mark(word)}"]
                for name, word in self.terms
                if name == column
            }
            said = {w: "" if ours == NONE else ours for w, ours in meanings.items() if ours}
            if said:
                yield column, said


class ProfileForm(forms.Form):
    """The name under which a reading is kept."""

    name = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=100,
        help_text=gettext_lazy("Wer die Tabelle schickt, z. B. „Burgenlandkreis, Ordnungsamt“."),
        error_messages={"required": gettext_lazy("Bitte geben Sie an, wer die Tabelle schickt.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Hinweise"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Was beim nächsten Mal zu beachten ist. Keine Angaben zu Personen."),
    )
    four_eyes = forms.BooleanField(
        label=gettext_lazy("Vier-Augen-Prinzip: eine zweite Person muss bestätigen"), required=False
    )

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        used = run.profile
        initial = {
            "name": used.name if used else "",
            "note": used.note if used else "",
            "four_eyes": used.four_eyes if used else False,
        }
        super().__init__(data, initial=initial, auto_id="profil-%s")


def _kind(run: ImportRun) -> str:
    """ "workbook", "text", or "" for what is neither: there, nothing can be read another way."""
    try:
        return "workbook" if is_workbook(Path(run.file.path)) else "text"
    except (Unreadable, FileNotFoundError):
        return ""


def _mark(text: str) -> str:
    """A name for a field: headings and words of a file may be anything."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def _found() -> str:
    return _("automatisch erkennen")


def _changed_meanwhile() -> str:
    return _("Die Tabelle wurde inzwischen anders gelesen. Bitte laden Sie die Seite neu.")
