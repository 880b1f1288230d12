"""The building on a day: the picture, the same as a table, and the same on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import headline
from buildings.models import Building, OccupancyPlan
from buildings.plans.forms import DayForm
from buildings.plans.paper import paper_context
from buildings.plans.picture import STANDINGS, House, house
from buildings.plans.queries import occupancy_rules
from buildings.plans.rules import Figures, NoRule, figures_on
from history.reading import record_access
from papers.rendering import PaperError, render


class OfPlans(View):
    """Base of the screens that show plans: for whoever may view none, they do not exist."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not policy_of(OccupancyPlan).may(request.user, "view"):
            record_access("denied", OccupancyPlan, object_pk=None, user=request.user)
            raise Http404

    def note(self, screen: str, count: int) -> None:
        """Write down who looked at how many plans: they are about people, if only by number."""
        detail = {"screen": screen, "count": count}
        record_access("list", OccupancyPlan, detail=detail, user=self.request.user)


def rules_for(request: HttpRequest, day: DayForm) -> tuple[tuple[Figures, ...], Any]:
    """The rules, and the day asked for; today, and a word about it, where no rule held."""
    rules, on = occupancy_rules(), day.on
    try:
        figures_on(rules, on)
    except NoRule:
        messages.error(request, _("Für diesen Tag ist keine Mindestfläche hinterlegt."))
        on = timezone.localdate()
    return rules, on


class OfHouse(OfPlans):
    building: Building

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.building = policy_of(Building).get_or_404(request.user, kwargs["pk"])  # type: ignore[assignment]
        self.day = DayForm(request.GET or None)

    def house(self) -> House | None:
        """None where no rule is entered at all: the screen says what to do."""
        rules, on = rules_for(self.request, self.day)
        try:
            found = house(
                self.building, user=self.request.user, on=on, basis=self.day.basis, rules=rules
            )
        except NoRule:
            return None
        self.note("house", sum(card.plan is not None for card in found.cards))
        return found

    @property
    def name(self) -> str:
        return headline(self.building, self.request.user)


class HouseView(WagtailAdminTemplateMixin, OfHouse, TemplateView):
    template_name = "buildings/plans/house.html"
    page_title = gettext_lazy("Belegung")
    header_icon = "home"

    def get_page_subtitle(self) -> str:
        return self.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("occupancy:overview"), "label": _("Belegung")},
            {"url": record_url(self.building), "label": self.name},
            {"url": "", "label": _("Belegung")},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.house()
        return super().get_context_data(
            **kwargs,
            building=self.building,
            building_url=record_url(self.building),
            house=found,
            day=self.day,
            today=timezone.localdate(),
            standings=[(code, sign, word) for code, (word, sign) in STANDINGS.items()],
            query=self.request.GET.urlencode(),
            may_add=policy_of(OccupancyPlan).may(self.request.user, "add"),
            add_url=add_url(),
        )


def add_url() -> str:
    viewset: Any = OccupancyPlan.snippet_viewset  # type: ignore[attr-defined]
    return reverse(viewset.get_url_name("add"))


class HousePaperView(OfHouse):
    """The picture as PDF/UA, for the file or the stairwell."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.house()
        if found is None:
            raise Http404
        try:
            made = render("occupancy_plan", paper_context(found, self.name))
        except PaperError as error:
            return HttpResponse("\n".join(error.args[0]), status=409, content_type="text/plain")
        response = HttpResponse(made.pdf, content_type="application/pdf")
        name = f"belegung-{self.building.reference}-{found.on:%Y-%m-%d}.pdf"
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response
