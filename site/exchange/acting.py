"""Who a command acts as: the person named by `--user`, or the command line itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser
from django.db.models import Model
from django.utils.translation import gettext as _

from catalogue import collection_of, model_of
from exchange.rights import Rights
from history.actor import System

COMMAND_LINE = System("Kommandozeile")
UNREADABLE = 2


def add_user_argument(parser: CommandParser) -> None:
    parser.add_argument(
        "--user",
        metavar="NAME",
        help="act with the rights of this account; without it as the system, with all rights",
    )


def collection_named(name: str) -> type[Model]:
    try:
        return model_of(name)
    except LookupError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from None


def account_named(username: str | None) -> Any:
    """The account, or the command line. Raises CommandError for one not there or not active."""
    if not username:
        return COMMAND_LINE
    who = get_user_model().objects.filter(username=username, is_active=True).first()
    if who is None:
        raise CommandError(_("Kein Konto „%s“.") % username, returncode=UNREADABLE)
    return who


def rights_for(model: type[Model], username: str | None, verb: str) -> Rights:
    """Raises CommandError for an account that is not there, not active, or may not."""
    rights = Rights(account_named(username), model)
    if verb == "import" and not collection_of(model).imported:
        name = model._meta.verbose_name_plural
        told = _("%s entstehen nur durch Arbeitsschritte und werden nicht importiert.") % name
        raise CommandError(told, returncode=UNREADABLE)
    if not rights.may(verb):
        raise CommandError(_("„%s“ hat dazu kein Recht.") % username, returncode=UNREADABLE)
    return rights
