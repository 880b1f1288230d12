"""The guarded viewset: a model and its declaration become a collection of the admin.

Its addresses are listed here and nowhere else. What Wagtail adds in a later version stays closed
until somebody writes it down; there is no copy, usage, preview, lock or workflow of a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.urls import path
from django.utils.functional import cached_property
from wagtail.snippets.views.snippets import SnippetViewSet

from backoffice.choosers import RecordChooserViewSet
from backoffice.forms import edit_handler_of
from backoffice.panels import RecordPanel
from backoffice.views.deleted import DeletedListView
from backoffice.views.editing import RecordCreateView, RecordDeleteView, RecordEditView
from backoffice.views.listing import RecordListView
from backoffice.views.record import RecordDetailView, RecordHistoryView
from backoffice.views.sharing import RecordShareView
from backoffice.views.stepping import RecordStepView
from catalogue import collection_of
from exchange.collection_urls import collection_urls
from exchange.export.listing import Listing
from workflow import Steps


class CollectionViewSet(SnippetViewSet):
    """Viewset of one collection. Subclass it in an app's `viewsets.py` only to differ."""

    #: Filled by subclassing with a `model`; `registration` takes these instead of the general one.
    special: ClassVar[dict[type[Model], type[CollectionViewSet]]] = {}

    #: The steps of its records (decision 8), and the dialogues that ask more than fields of them.
    steps: ClassVar[Steps | None] = None
    step_forms: ClassVar[Mapping[str, Callable[..., Form]]] = MappingProxyType({})
    #: Sections on the page of a record, under its fields.
    panels: ClassVar[tuple[type[RecordPanel], ...]] = ()

    add_to_reference_index = False  # "usage" would show foreign records
    copy_view_enabled = False  # overwrites the original on a direct POST
    inspect_view_enabled = True
    list_per_page = 25

    index_view_class = RecordListView
    add_view_class = RecordCreateView
    edit_view_class = RecordEditView
    delete_view_class = RecordDeleteView
    inspect_view_class = RecordDetailView
    history_view_class = RecordHistoryView
    share_view_class = RecordShareView
    deleted_view_class = DeletedListView
    chooser_viewset_class = RecordChooserViewSet

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        model = cls.__dict__.get("model")
        if model is not None:
            CollectionViewSet.special[model] = cls

    @cached_property
    def icon(self) -> str:
        return collection_of(self.model).icon

    @cached_property
    def menu_order(self) -> int:
        return collection_of(self.model).order

    @cached_property
    def url_prefix(self) -> str:
        return f"{self.app_label}/{self.model_name}"

    @cached_property
    def list_filter(self) -> list[str]:
        return [field.name for field in collection_of(self.model).filtered]

    def get_edit_handler(self) -> Any:
        return edit_handler_of(self.model)

    def get_templates(self, name: str = "index", fallback: str = "") -> list[str]:
        """A collection may bring templates of its own under `<app>/<model>/`; else the general ones."""
        return [f"{self.app_label}/{self.model_name}/{name}.html", fallback]

    @cached_property
    def index_template_name(self) -> list[str]:
        return self.get_templates("list", RecordListView.template_name)

    @cached_property
    def index_results_template_name(self) -> list[str]:
        return self.get_templates("list_results", RecordListView.results_template_name)

    @cached_property
    def create_template_name(self) -> list[str]:
        return self.get_templates("form", RecordCreateView.template_name)

    @cached_property
    def edit_template_name(self) -> list[str]:
        return self.get_templates("form", RecordEditView.template_name)

    @cached_property
    def delete_template_name(self) -> list[str]:
        return self.get_templates("confirm_delete", RecordDeleteView.template_name)

    @cached_property
    def history_template_name(self) -> list[str]:
        return self.get_templates("history", RecordHistoryView.template_name)

    @cached_property
    def inspect_template_name(self) -> list[str]:
        return self.get_templates("record", RecordDetailView.template_name)

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        kwargs = super().get_add_view_kwargs(**kwargs)
        kwargs.pop("preview_url_name", None)
        return kwargs

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "panel": self._edit_handler,
            "form_class": self.get_form_class(for_update=True),
            "template_name": self.edit_template_name,
            **kwargs,
        }

    @property
    def inspect_view(self) -> Any:
        return self.construct_view(
            self.inspect_view_class,
            template_name=self.inspect_template_name,
            steps=self.steps,
            panels=self.panels,
        )

    @property
    def history_view(self) -> Any:
        return self.construct_view(
            self.history_view_class, template_name=self.history_template_name
        )

    @property
    def deleted_view(self) -> Any:
        return self.construct_view(self.deleted_view_class)

    @property
    def share_view(self) -> Any:
        return self.construct_view(self.share_view_class)

    def step_paths(self) -> Iterator[Any]:
        """One address per step that people take."""
        if self.steps is None:
            return
        for verb, transition in self.steps.table.items():
            if transition.offered:
                view = self.construct_view(
                    RecordStepView,
                    steps=self.steps,
                    verb_of_step=verb,
                    step_form=self.step_forms.get(verb),
                )
                yield path(f"<int:pk>/step/{verb}/", view, name=f"step_{verb}")

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", self.index_view, name="list"),
            path("results/", self.index_results_view, name="list_results"),
            path("add/", self.add_view, name="add"),
            path("deleted/", self.deleted_view, name="deleted"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path("<int:pk>/edit/", self.edit_view, name="edit"),
            path("<int:pk>/delete/", self.delete_view, name="delete"),
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/share/", self.share_view, name="share"),
            *self.step_paths(),
            *collection_urls(self.model),
        ]

    def listing(self, user: Any, query: QueryDict) -> Listing:
        """What the list shows this person under its search and filters: an export takes it.

        Without a request: the worker asks too, hours after the person did.
        """
        request = HttpRequest()
        request.method, request.user = "GET", user
        request.GET = query  # type: ignore[assignment]  # the stubs want the one of a real request
        view = self.index_view_class(
            model=self.model, index_results_url_name=self.get_url_name("list_results")
        )
        view.setup(request)
        return Listing(view.get_queryset(), list(view.in_words()))
