"""The list of a collection: search, filters, sorting, export of just what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from backoffice.columns import Column
from backoffice.filters import filterset_of, in_words
from backoffice.naming import headlines, related_names, shown
from backoffice.spelling import meant
from backoffice.views.guard import Guarded
from catalogue import Field
from catalogue.folding import fold
from catalogue.naming import own_key


class RecordListView(Guarded, IndexView):
    """The visible records. Ordered by the declared, indexed ordering: flat at a million rows."""

    template_name = "backoffice/list.html"
    results_template_name = "backoffice/list_results.html"
    any_permission_required = ("view",)  # what the menu item asks
    default_ordering = None
    export_buttons_enabled = False

    # The queryset ---------------------------------------------------------------------------------

    def get_base_queryset(self) -> models.QuerySet[models.Model]:
        return self.policy.visible(self.request.user)

    def order_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        if self.ordering:
            return queryset.order_by(self.ordering, "pk")
        return queryset.order_by(*self.collection.ordering)

    @cached_property
    def is_searchable(self) -> bool:
        return bool(self.collection.searched)

    def search_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        return self._with_words(queryset, self.search_query)

    def _with_words(self, queryset: models.QuerySet, query: str) -> models.QuerySet:
        for word in fold(query).split():
            queryset = queryset.filter(search_key__contains=word)
        return queryset

    def _meant(self) -> str:
        """A search for names of a register (streets) that finds something, for one with a slip in it."""
        named = [f.name for f in self.visible_fields if f.searched and f.suggests]
        if not named:
            return ""
        within = self.get_base_queryset()
        names = within.order_by().values_list(*named).distinct()
        found = meant(self.search_query, (name for row in names for name in row if name))
        return found if found and self._with_words(within, found).exists() else ""

    def in_words(self) -> Iterator[tuple[str, str]]:
        """What narrows the list: ("Suche", "musterweg"), ("Zustand", "verwahrlost")."""
        if self.is_searching:
            yield _("Suche"), self.search_query
        if self.is_filtering:
            yield from in_words(self.filters, self.request.user)

    @cached_property
    def filterset_class(self) -> type:
        return filterset_of(self.model, self.request.user)

    # The table ------------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> list[Any]:
        """The name first, as the link; then what it does not say; the number last."""
        return [
            self._name_column(),
            *(self._column(field) for field in self._listed),
            Column("reference", label=_("Nummer"), classname="reference"),
        ]

    @cached_property
    def _listed(self) -> list[Field]:
        named = set(self.collection.key)
        return [f for f in self.visible_fields if f.listed and f.name not in named]

    def _name_column(self) -> Any:
        first = next(own_key(self.model), None)
        return self._get_title_column_class(TitleColumn)(
            "headline",
            label=capfirst(str(self.model._meta.verbose_name)),
            accessor=lambda record: self._headlines[record.pk],
            get_url=self.get_inspect_url,
            sort_key=first,
        )

    def _column(self, field: Field) -> Any:
        model_field: Any = self.model._meta.get_field(field.name)
        label = capfirst(str(model_field.verbose_name))
        sort_key = None if model_field.is_relation else field.name
        return Column(
            field.name,
            label=label,
            accessor=lambda record: self._cell(record, field.name),
            sort_key=sort_key,
        )

    def _cell(self, record: models.Model, name: str) -> str:
        if name in self._withheld.get(record.pk, ()):
            return "–"
        return shown(record, name, self._names)

    @cached_property
    def _withheld(self) -> Mapping[int, frozenset[str]]:
        return self.policy.in_part(self.request.user, self._page)

    @cached_property
    def _headlines(self) -> Mapping[int, str]:
        return headlines(self._page, self.request.user)

    @cached_property
    def _names(self) -> Mapping[tuple[str, int], str]:
        return related_names(self._page, (f.name for f in self._listed), self.request.user)

    def get_table(self, object_list: Any) -> Any:
        self._page = list(object_list)
        return super().get_table(self._page)

    # Where rows and buttons lead --------------------------------------------------------------------

    def get_edit_url(self, instance: models.Model) -> str | None:
        return self._row_url(self.edit_url_name, "change", instance)

    def get_delete_url(self, instance: models.Model) -> str | None:
        return self._row_url(self.delete_url_name, "delete", instance)

    def get_inspect_url(self, instance: models.Model) -> str:
        return reverse(self.inspect_url_name, args=(quote(instance.pk),))

    def get_copy_url(self, instance: models.Model) -> None:
        return None

    def _row_url(self, name: str, verb: str, instance: models.Model) -> str | None:
        if instance.pk not in self._reachable(verb):
            return None
        return reverse(name, args=(quote(instance.pk),))

    def _reachable(self, verb: str) -> set[int]:
        """The rows of this page the person may change or delete: one query per verb and page."""
        cache: dict[str, set[int]] = self.__dict__.setdefault("_reachable_cache", {})
        if verb not in cache:
            pks = [record.pk for record in self._page]
            visible = self.policy.visible(self.request.user, verb).filter(pk__in=pks)
            cache[verb] = set(visible.values_list("pk", flat=True))
        return cache[verb]

    def get_add_url(self) -> str | None:
        return reverse(self.add_url_name) if self.may("add") else None

    def _sibling(self, name: str) -> str:
        return reverse(self.index_url_name.rsplit(":", 1)[0] + ":" + name)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = super().header_buttons
        if self.may("import"):
            label, url = _("Tabelle importieren"), self._sibling("import")
            buttons.append(HeaderButton(label, url=url, icon_name="upload"))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return list(self._export_buttons())

    def _export_buttons(self) -> Iterator[Button]:
        yield Button(_("Gelöschte"), url=self._sibling("deleted"), icon_name="bin", priority=90)
        if self.may("export"):
            query = self.request.GET.copy()
            for parameter in ("p", "_w_filter_fragment"):
                query.pop(parameter, None)
            yield Button(
                _("Exportieren"),
                url=f"{self._sibling('export')}?{query.urlencode()}".removesuffix("?"),
                icon_name="download",
                priority=40,
            )

    @cached_property
    def add_button(self) -> HeaderButton:
        label = _("%(name)s anlegen") % {"name": self.model._meta.verbose_name}
        return HeaderButton(label, url=self.add_url, icon_name="plus")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        self.note(
            "search" if self.is_searching else "list",
            count=context["items_count"],
            filters=sorted(self.filters.form.changed_data) if self.is_filtering else [],
        )
        nothing = self.is_searching and not context["items_count"]
        context["meant"] = self._meant() if nothing else ""
        context["import_url"] = self._sibling("import") if self.may("import") else None
        return context
