"""The page of one record: what is known, what hangs on it, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import related_names, shown
from backoffice.panels import RecordPanel
from backoffice.related import related_to
from backoffice.views.guard import Guarded
from catalogue import Field
from catalogue.days import in_words
from catalogue.naming import is_collection
from exchange.models import ImportRun
from exchange.queries import visible_runs
from history.reading import changes_of
from workflow.steps import Offer, Steps


class Shown(NamedTuple):
    """One line of the detail page. `url` leads to the record it refers to, if within reach."""

    label: str
    value: str
    url: str


class RecordPage(Guarded, WagtailAdminTemplateMixin, TemplateView):
    """Base of the screens of one record: same header, same tabs."""

    tab = ""
    deleted = False
    #: Set by the viewset.
    steps: Steps | None = None
    panels: tuple[type[RecordPanel], ...] = ()
    #: What a panel shows in its own words: nothing stands on the page twice.
    told_by_panels: tuple[type[models.Model], ...] = ()

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.object: Any = self.get_object()

    @cached_property
    def told_fields(self) -> list[Field]:
        """The fields this person may see of this record."""
        return self.policy.fields_of(self.request.user, self.object)

    def _url(self, name: str) -> str:
        return reverse(name, args=(self.object.pk,))

    def _sibling(self, name: str) -> str:
        return self.index_url_name.rsplit(":", 1)[0] + ":" + name

    def get_page_title(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))

    def get_page_subtitle(self) -> str:
        return f"{self.headline(self.object)} ({self.object})"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        plural = capfirst(str(self.model._meta.verbose_name_plural))
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": plural},
            {"url": "", "label": str(self.object)},
        ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may("change", self.object):
            return []
        return [HeaderButton(_("Bearbeiten"), url=self._url(self.edit_url_name), icon_name="edit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = [
            ("inspect", _("Angaben"), self._url(self.inspect_url_name)),
            ("history", _("Verlauf"), self._url(self.history_url_name)),
        ]
        if self.deleted:
            tabs = tabs[1:]
        elif self.may("share", self.object):
            tabs.append(("share", _("Freigaben"), self._url(self._sibling("share"))))
        return super().get_context_data(
            **kwargs,
            object=self.object,
            headline=self.headline(self.object),
            state=self.steps.state_in_words(self.object) if self.steps else "",
            tabs=tabs,
            tab=self.tab,
            delete_url=self._url(self.delete_url_name) if self.may("delete", self.object) else None,
        )


class RecordDetailView(RecordPage):
    """The fields the person may see, by section, and the records that refer to this one."""

    tab = "inspect"
    template_name = "backoffice/record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.note("view", self.object.pk, screen="record")
        return super().get_context_data(
            **kwargs,
            sections=list(self._sections()),
            offers=list(self._offers()),
            panels=list(self._panels()),
            related=self.related(),
        )

    def related(self) -> list[Any]:
        """The records that refer to this one. A page with a way of its own to show them: none."""
        return list(related_to(self.object, self.request.user, self.told_by_panels))

    def _offers(self) -> Iterator[tuple[Offer, str]]:
        """The steps this person may take from here, and where; first those nothing stands against."""
        if self.steps is not None:
            offers = self.steps.offers(self.object, self.request.user)
            for offer in sorted(offers, key=lambda offer: bool(offer.against)):
                yield offer, self._url(self._sibling(f"step_{offer.transition.verb}"))

    def _panels(self) -> Iterator[tuple[RecordPanel, dict[str, Any]]]:
        for panel in (panel_class() for panel_class in self.panels):
            found = panel.get_context(self.object, self.request.user, self.request)
            if found is not None:
                yield panel, found

    def _sections(self) -> Iterator[tuple[Any, list[Shown]]]:
        visible = {field.name for field in self.told_fields}
        names = related_names([self.object], visible, self.request.user)
        said = {part for field in self.told_fields for part in field.partial}  # with their day
        for section in self.collection.sections:
            told = [f for f in section.fields if f.name in visible - said]
            shown = [self._shown(f, names) for f in told]
            if shown:
                yield section.heading, shown

    def _shown(self, declared: Field, names: Any) -> Shown:
        name = declared.name
        field: Any = self.model._meta.get_field(name)
        label = capfirst(str(field.verbose_name))
        value = getattr(self.object, field.attname)
        target, url = field.related_model, ""
        if value is not None and is_collection(target) and self._within_reach(target, value):
            url = record_url(target(pk=value))
        if value is None and declared.partial:
            known = in_words(*(getattr(self.object, part) for part in declared.partial))
            return Shown(label, known or "–", url)
        return Shown(label, shown(self.object, name, names), url)

    def _within_reach(self, target: type[models.Model], pk: int) -> bool:
        return policy_of(target).visible(self.request.user).filter(pk=pk).exists()


class RecordHistoryView(RecordPage):
    """Who, when, what from what to what, why, from where. Newest first, also of the deleted."""

    tab = "history"
    template_name = "backoffice/history.html"
    page_title = gettext_lazy("Verlauf")
    per_page = 25

    def get_object(self, queryset: Any = None) -> models.Model:
        """The record, or as it was last if it has been deleted: its history outlives it."""
        try:
            return super().get_object(queryset)
        except Http404:
            gone = self.policy.visible_deletions(self.request.user).filter(id=self.kwargs["pk"])
            last = gone.order_by("-version").first()
            if last is None:
                raise
            self.deleted = True
            return last.instance

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = changes_of(
            self.object,
            fields=[field.name for field in self.told_fields],
            page=self.request.GET.get("p", "1"),
            per_page=self.per_page,
            since=self.policy.told_since(self.request.user, self.object),
        )
        self.note("view", self.object.pk, screen="history")
        imports = _imports({entry.origin for entry in page}, self.request.user)
        entries = [(entry, imports.get(entry.origin)) for entry in page]
        return super().get_context_data(**kwargs, page=page, entries=entries, deleted=self.deleted)


def _imports(origins: set[str], user: Any) -> dict[str, ImportRun]:
    """The imports among the origins, as far as the person may look at them. One query."""
    pks = [
        int(number) for origin in origins if (number := origin.removeprefix("import:")).isdecimal()
    ]
    return {run.origin: run for run in visible_runs(user).filter(pk__in=pks)} if pks else {}
