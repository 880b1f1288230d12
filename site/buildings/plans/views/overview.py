"""The list of all dwellings with their occupancy on a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.naming import related_names
from buildings.models import Building, Dwelling
from buildings.plans.forms import DayForm
from buildings.plans.overview import Question
from buildings.plans.picture import STANDINGS
from buildings.plans.rules import NoRule
from buildings.plans.views.house import OfPlans, rules_for
from catalogue.folding import fold


class OverviewForm(DayForm):
    """What narrows the list."""

    ergebnis = forms.ChoiceField(
        label=_("Ergebnis"),
        required=False,
        choices=[("", _("alle")), *((code, word) for code, (word, _sign) in STANDINGS.items())],
    )
    stadtteil = forms.ChoiceField(label=_("Stadtteil"), required=False)
    gebaeude = forms.CharField(
        label=_("Gebäude"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Straße und Hausnummer")}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = policy_of(Building).visible(user).exclude(quarter="").order_by("quarter")
        quarters = seen.values_list("quarter", flat=True).distinct()
        field: Any = self.fields["stadtteil"]
        field.choices = [("", _("alle")), *((name, name) for name in quarters)]


class OverviewView(WagtailAdminTemplateMixin, OfPlans, TemplateView):
    template_name = "buildings/plans/overview.html"
    page_title = _("Belegung")
    header_icon = "tasks"
    per_page = 25

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    @cached_property
    def form(self) -> OverviewForm:
        return OverviewForm(self.request.GET or None, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules, on = rules_for(self.request, self.form)
        try:
            question = Question(self.request.user, on, rules, self.form.basis)
        except NoRule:
            return super().get_context_data(**kwargs, form=self.form, page=None, on=on)
        dwellings = self._narrowed(question).select_related("building")
        ordered = dwellings.order_by("building", "floor", "label", "pk")
        page: Any = Paginator(ordered, self.per_page).get_page(self.request.GET.get("p"))
        cards = question.cards(list(page.object_list))
        self.note("overview", sum(card.plan is not None for card in cards))
        names = related_names((card.dwelling for card in cards), ["building"], self.request.user)
        query = self.request.GET.copy()
        query.pop("p", None)
        return super().get_context_data(
            **kwargs,
            form=self.form,
            page=page,
            lines=[(card, names["building", card.dwelling.building_id]) for card in cards],
            on=on,
            day_query=f"am={on:%Y-%m-%d}&zaehlung={self.form.basis or ''}",
            query=query.urlencode(),
        )

    def _narrowed(self, question: Question) -> QuerySet[Dwelling]:
        data = self.form.cleaned_data if self.form.is_valid() else {}
        standing = data.get("ergebnis")
        dwellings = question.showing(standing) if standing else question.dwellings()
        if data.get("stadtteil"):
            dwellings = dwellings.filter(building__quarter=data["stadtteil"])
        for word in fold(data.get("gebaeude", "")).split():
            dwellings = dwellings.filter(building__search_key__contains=word)
        return dwellings
