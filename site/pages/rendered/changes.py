"""What makes rendered copies invalid. The one place that decides it.

Any change of what the portal shows makes all copies invalid, once per transaction and after it: a
menu, a footer or a place stands on many pages, and a missed dependency would be an outdated page.
Editors save a few times an hour, and a page is rendered in some hundredths of a second.

Code that changes portal content past the models (`QuerySet.update`, SQL) calls `changed()`. A page
that changes at an hour of the day says so while it is rendered: `changes_at()`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest
from wagtail import hooks
from wagtail import signals as wagtail_signals
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractRendition
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    DraftStateMixin,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)

from pages.rendered.store import store

MARK = "pages.rendered"
SHOWN = (Page, Site, Locale, PageViewRestriction, AbstractDocument, BaseGenericSetting)
# What saving a draft or taking a lock writes on the row of a page or snippet that stays as it is.
UNSEEN_FIELDS = {
    COMMENTS_RELATION_NAME,
    "latest_revision",
    "latest_revision_created_at",
    "draft_title",
    "has_unpublished_changes",
    "locked",
    "locked_at",
    "locked_by",
}


class Rendering:
    """What the rendering of one page tells the layer about its copy, by way of the request."""

    def __init__(self) -> None:
        self.is_public_page = False
        self.until: float | None = None


def changes_at(request: HttpRequest, moment: datetime) -> None:
    """What is being rendered for this request will be different from that moment on.

    Midnight in the portal's time zone need not be told.
    """
    rendering = request.META.get(MARK)
    if rendering is not None:
        known = rendering.until
        rendering.until = min(moment.timestamp(), known or moment.timestamp())


def note_public_page(page: Page, request: HttpRequest, *_arguments: Any) -> None:
    """Wagtail is about to serve this page (`before_serve_page`), with a password or without."""
    rendering = request.META.get(MARK)
    if rendering is not None:
        rendering.is_public_page = not page.get_view_restrictions().exists()


def changed(*, gone: bool = False) -> None:
    """What the portal shows is different once this transaction is committed.

    `gone`: something may no longer be shown at all, not even while the database is away.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        _Commit(None, gone=gone)()
        return
    for _savepoints, hook, *_robust in connection.run_on_commit:
        if isinstance(hook, _Commit):
            hook.gone |= gone
            return
    transaction.on_commit(_Commit(store().announce(), gone=gone))


class _Commit:
    """Moves the mark, when the transaction that changed something is committed."""

    def __init__(self, note: Path | None, *, gone: bool) -> None:
        self.note = note
        self.gone = gone

    def __call__(self) -> None:
        store().invalidate()
        if self.gone:
            store().forget_last()
        if self.note:
            self.note.unlink(missing_ok=True)


def is_shown(model: type[models.Model]) -> bool:
    """Whether the portal shows rows of this table. New tables of `pages` count until they say
    `on_portal = False`: a log of searches, say, which readers write and none sees."""
    if issubclass(model, (*SHOWN, BaseSiteSetting)):
        return True
    return model._meta.app_label == "pages" and getattr(model, "on_portal", True)


def connect() -> None:
    """Follow all changes. Called once, when the apps are ready."""
    hooks.register("before_serve_page", note_public_page)
    pre_save.connect(_before_save, dispatch_uid="pages.rendered.before")
    post_save.connect(_after_save, dispatch_uid="pages.rendered.save")
    post_delete.connect(_after_delete, dispatch_uid="pages.rendered.delete")
    m2m_changed.connect(_after_change_of_many, dispatch_uid="pages.rendered.many")
    for name in ("page_unpublished", "post_page_move", "page_slug_changed", "unpublished"):
        getattr(wagtail_signals, name).connect(_taken_away, dispatch_uid=f"pages.rendered.{name}")
    for name in ("page_published", "published"):
        getattr(wagtail_signals, name).connect(_published, dispatch_uid=f"pages.rendered.{name}")


def _is_draft(instance: Any) -> bool:
    return isinstance(instance, DraftStateMixin) and not instance.live


def _before_save(sender: type[models.Model], instance: Any, **_: Any) -> None:
    """A draft that is not live and was not is nobody's business, however often it is saved."""
    if is_shown(sender) and _is_draft(instance):
        rows = sender._default_manager.filter(pk=instance.pk, live=True)
        instance._was_live = bool(instance.pk) and rows.exists()


def _after_save(
    sender: type[models.Model],
    instance: Any,
    created: bool,
    update_fields: frozenset[str] | None = None,
    **_: Any,
) -> None:
    if not is_shown(sender) or (issubclass(sender, AbstractRendition) and created):
        return  # a new size of a picture is made while a page is rendered, and changes nothing
    if update_fields is not None and update_fields <= UNSEEN_FIELDS:
        return
    if _is_draft(instance) and not instance._was_live:
        return
    changed(gone=issubclass(sender, PageViewRestriction))


def _after_delete(sender: type[models.Model], instance: Any, **_: Any) -> None:
    if is_shown(sender):
        changed(gone=issubclass(sender, Page) and instance.live)


def _after_change_of_many(sender: type[models.Model], action: str, **_: Any) -> None:
    if action.startswith("post_") and is_shown(sender):
        changed()


def _taken_away(sender: type[models.Model], **_: Any) -> None:
    if is_shown(sender):
        changed(gone=True)


def _published(sender: type[models.Model], **_: Any) -> None:
    if is_shown(sender):
        changed()
