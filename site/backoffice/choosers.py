"""Choosing a record of another collection: only among those within reach, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.chooser import ChosenMultipleView, ChosenView
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)
from wagtail.snippets.widgets import AdminSnippetChooser

from access.policy import policy_of
from backoffice.naming import headline, headlines
from catalogue import collection_of
from catalogue.folding import fold
from history.reading import record_access


class _GuardedChooser:
    """Mixin: who may not view the collection finds no chooser, and foreign records are not in it."""

    model: type[Model] = None  # type: ignore[assignment]
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not policy_of(self.model).may(request.user, "view"):
            raise Http404
        super().setup(request, *args, **kwargs)  # type: ignore[misc]

    def note(self, action: str, pk: int | None = None, **detail: Any) -> None:
        if collection_of(self.model).personal:
            record_access(
                action,
                self.model,
                object_pk=pk,
                detail={"screen": "chooser", **detail},
                user=self.request.user,
            )

    def _visible(self) -> QuerySet[Model]:
        return policy_of(self.model).visible(self.request.user)

    def get_display_title(self, instance: Model) -> str:
        return headline(instance, self.request.user)

    def get_edit_item_url(self, instance: Model) -> str:
        return record_url(instance)


class RecordFilterForm(BaseFilterForm):
    """The search field of the chooser: the same folded search as in the list."""

    q = forms.CharField(label=_("Suche"), required=False)

    def filter(self, objects: QuerySet[Model]) -> QuerySet[Model]:
        self.search_query = self.cleaned_data.get("q") or ""
        for word in fold(self.search_query).split():
            objects = objects.filter(search_key__contains=word)
        self.is_searching = bool(self.search_query)
        return super().filter(objects)


class _RecordTable(_GuardedChooser):
    filter_form_class = RecordFilterForm

    def get_object_list(self) -> QuerySet[Model]:
        return self._visible()

    def apply_object_list_ordering(self, objects: QuerySet[Model]) -> QuerySet[Model]:
        return objects.order_by(*collection_of(self.model).ordering)

    @property
    def columns(self) -> list[Column]:
        title = TitleColumn(
            "title",
            label=self.model._meta.verbose_name,
            accessor=lambda record: self._names[record.pk],
            get_url=lambda record: self.append_preserved_url_parameters(  # type: ignore[attr-defined]
                reverse(self.chosen_url_name, args=(record.pk,))  # type: ignore[attr-defined]
            ),
            link_attrs={"data-chooser-modal-choice": True},
        )
        return [title, Column("reference", label=_("Nummer"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        response = super().get(request)  # type: ignore[misc]
        self.note(
            "search" if self.filter_form.is_searching else "list",  # type: ignore[attr-defined]
            count=self.paginator.count,  # type: ignore[attr-defined]
        )
        return response

    @cached_property
    def _names(self) -> Mapping[int, str]:
        return headlines(self.results.object_list, self.request.user)  # type: ignore[attr-defined]

    def can_create(self) -> bool:
        return False


class RecordChooseView(_RecordTable, ChooseView):
    pass


class RecordChooseResultsView(_RecordTable, ChooseResultsView):
    pass


class RecordChosenView(_GuardedChooser, ChosenView):
    response_data_title_key = "string"

    def get_object(self, pk: Any) -> Model:
        return policy_of(self.model).get_or_404(self.request.user, pk)


class RecordChosenMultipleView(_GuardedChooser, ChosenMultipleView):
    response_data_title_key = "string"

    def get_objects(self, pks: list[str]) -> QuerySet[Model]:
        return self._visible().filter(pk__in=[pk for pk in pks if pk.isdecimal()])


class RecordChooser(AdminSnippetChooser):
    """The widget. It names a record only to somebody who may view it.

    Shown to nobody, it names none: a foreign key posted by hand must not come back with its name.
    """

    user: Any = None

    def show_to(self, user: Any) -> RecordChooser:
        self.user = user
        return self

    def get_instance(self, value: Any) -> Model | None:
        if value is None or self.user is None:
            return None
        pk = value.pk if isinstance(value, Model) else value
        try:
            return policy_of(self.model_class).visible(self.user).filter(pk=pk).first()
        except (ValueError, TypeError, OverflowError):
            return None

    def get_display_title(self, instance: Model) -> str:
        return headline(instance, self.user)

    def get_value_data_from_instance(self, instance: Model) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "edit_url": record_url(instance),
            self.display_title_key: self.get_display_title(instance),
        }


class RecordChooserViewSet(SnippetChooserViewSet):
    choose_view_class = RecordChooseView
    choose_results_view_class = RecordChooseResultsView
    chosen_view_class = RecordChosenView
    chosen_multiple_view_class = RecordChosenMultipleView
    base_widget_class = RecordChooser

    def get_urlpatterns(self) -> list[Any]:
        """Without "create": a record is created on its own page, with its own checks."""
        return [p for p in super().get_urlpatterns() if p.name != "create"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"create_url_name": None, **kwargs})

    def widget_for(self, user: Any) -> RecordChooser:
        """The widget, able to name what `user` may view."""
        return self.widget_class().show_to(user)


def record_url(record: Model) -> str:
    """The page of a record in the admin."""
    viewset = type(record).snippet_viewset  # type: ignore[attr-defined]
    return reverse(viewset.get_url_name("inspect"), args=(record.pk,))
