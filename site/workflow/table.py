"""One line of a transition table. Plain values: no database, no request, no screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One step that may be taken from some states.

    `verb`: its name in code and in the address of its screen; unique in its table.
    `label`: what the button says, as a verb: "Vorprüfung beginnen".
    `sources`: the states it starts from; `target`: where it leads, "" for the state it started from.
    `right`: the verb of the collection's rights that it takes ("change", "approve").
    `reason`: whether it has to be given; it is asked for in any case.
    `sets`: fields of the record that its dialogue asks for. Those the model requires are required.
    `requires`: those of `sets` that are required here although the model leaves them open.
    `explains`: what will happen, in one or two sentences, for the person about to confirm.
    `danger`: whether it weighs so much that the button says so.
    `offered`: False for a step that only other steps and the clock take: it has no button.
    """

    verb: str
    label: Label
    sources: tuple[str, ...]
    target: str = ""
    right: str = "change"
    reason: bool = False
    sets: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    explains: Label = ""
    danger: bool = False
    offered: bool = True

    def starts_from(self, state: str) -> bool:
        return state in self.sources


def by_verb(table: Iterable[Transition]) -> dict[str, Transition]:
    """The table by its verbs. Raises ValueError for a verb that stands in it twice."""
    found: dict[str, Transition] = {}
    for transition in table:
        if transition.verb in found:
            raise ValueError(f"{transition.verb} stands twice in the table")
        found[transition.verb] = transition
    return found
