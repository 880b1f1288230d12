"""Who acts, why and through which door. Without an actor no record is written (decision 3).

The actor is bound to the running context (thread or task), never to a model or a request object,
so the same rule holds for a form, an import in the worker, a command and a shell.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    """The door through which a change came."""

    FORM = "form", _("Formular")
    IMPORT = "import", _("Datenimport")
    TRANSITION = "transition", _("Arbeitsschritt")
    COMMAND = "command", _("Befehl")
    API = "api", _("Schnittstelle")
    PUBLIC = "public", _("Öffentliches Formular")


class NoActor(RuntimeError):  # noqa: N818
    """A record was to be written, and nobody said who writes."""

    def __init__(self) -> None:
        super().__init__(
            "Es steht nicht fest, wer hier handelt. Datensätze werden nur von einer angemeldeten "
            "Person geschrieben oder innerhalb von acting_as(person_oder_dienst, because=„Grund“)."
        )


@dataclass(frozen=True)
class System:
    """A service that acts by itself, e.g. `System("Löschfristen")`. History shows the name."""

    name: str


@dataclass(frozen=True)
class Actor:
    """What every history row written now will say. `user_id` is None for a system.

    `origin` points to the occasion: "import:17", "erasure:…", "referral:4". Never personal data.
    """

    user_id: int | None
    label: str
    source: Source
    reason: str
    origin: str
    request_id: str


_actor: ContextVar[Actor | Callable[[], Actor] | None] = ContextVar("history_actor", default=None)


def current_actor() -> Actor:
    """The actor in force. Raises NoActor when there is none."""
    actor = _actor.get()
    if callable(actor):
        actor = actor()
        _actor.set(actor)
    if actor is None:
        raise NoActor
    return actor


def new_request_id() -> str:
    """32 hexadecimal digits."""
    return uuid.uuid4().hex


def actor_for(
    who: Any,
    *,
    because: str = "",
    source: Source = Source.COMMAND,
    origin: str = "",
    request_id: str | None = None,
) -> Actor:
    """The actor for a stored user or a System. Raises NoActor for anybody else."""
    request_id = request_id or new_request_id()
    if isinstance(who, System):
        if not who.name.strip():
            raise NoActor
        return Actor(None, who.name, Source(source), because, origin, request_id)
    if not getattr(who, "is_authenticated", False) or getattr(who, "pk", None) is None:
        raise NoActor
    return Actor(who.pk, "", Source(source), because, origin, request_id)


@contextmanager
def acting_as(
    who: Any,
    *,
    because: str = "",
    source: Source = Source.COMMAND,
    origin: str = "",
    request_id: str | None = None,
) -> Iterator[Actor]:
    """Everything written inside is written by `who`: a user, or `System("Name des Dienstes")`.

    Nested uses replace the outer one whole and restore it, except that the request id of a
    request or job goes on when none is given.
    """
    if request_id is None:
        outer = _actor.get()
        request_id = getattr(outer, "request_id", None)
    actor = actor_for(who, because=because, source=source, origin=origin, request_id=request_id)
    with bound(actor):
        yield actor


@contextmanager
def because(reason: str) -> Iterator[Actor]:
    """Add the reason to the actor in force: `with because("Umzug gemeldet"): form.save()`."""
    actor = replace(current_actor(), reason=reason)
    with bound(actor):
        yield actor


@contextmanager
def bound(actor: Actor | Callable[[], Actor] | None) -> Iterator[None]:
    """Put an actor in force; or a function asked for it at the first write; or None: nobody."""
    token: Token[Any] = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
