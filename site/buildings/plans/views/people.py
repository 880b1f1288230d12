"""The people of a plan: all rooms and rows on one screen, and carrying a plan on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import related_names
from backoffice.views.guard import Guarded
from buildings.models import OccupancyEntry, OccupancyPlan, Room
from buildings.plans import words
from buildings.plans.actions import carry_on, write_people
from buildings.plans.forms import CarryOnForm, QuickForm, people_formset, row_of
from buildings.plans.queries import area_of, is_applicable, occupancy_rules, with_entries
from buildings.plans.rules import NoRule, figures_on
from history.errors import StaleRecord
from workflow import Refused


class OfOnePlan(Guarded, WagtailAdminTemplateMixin, TemplateView):
    model = OccupancyPlan
    header_icon = "group"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.object: OccupancyPlan = self.get_object()

    def get_page_subtitle(self) -> str:
        return f"{self.headline(self.object)} ({self.object})"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("occupancy:overview"), "label": _("Belegung")},
            {"url": record_url(self.object), "label": str(self.object)},
            {"url": "", "label": str(self.page_title)},
        ]


class PeopleView(OfOnePlan):
    """Rows for the residents of a draft. "Zeile(n) …" only lays out rows; "Speichern" saves them."""

    verb = "change"
    template_name = "buildings/plans/people.html"
    page_title = gettext_lazy("Bewohner eintragen")

    def get_object(self, queryset: Any = None) -> Any:
        plan = super().get_object(queryset)
        return with_entries(OccupancyPlan.objects.filter(pk=plan.pk)).get()

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = policy_of(Room).visible(request.user).filter(dwelling=self.object.dwelling_id)
        self.room_list: list[Any] = list(found.order_by("position", "pk"))
        self.entries = {entry.pk: entry for entry in self.object.entries.all()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = people_formset(
            rooms=self.rooms, initial=[row_of(entry) for entry in self.entries.values()]
        )
        return self._page(rows, QuickForm(rooms=self.rooms))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        quick = QuickForm(request.POST, rooms=self.rooms)
        if not quick.is_valid():
            return self._page(people_formset(rooms=self.rooms, data=request.POST), quick)
        new = [self._laid_out(known, quick) for known in quick.cleaned_data["people"]]
        if "add" in request.POST:
            new.append({self.object.leading.value: "yes"})
        data = _with_rows(request.POST, new)
        rows = people_formset(rooms=self.rooms, data=data)
        if "add" in request.POST or "expand" in request.POST:
            return self._page(rows, QuickForm(rooms=self.rooms), told=False)
        if rows.is_valid() and self._store(rows):
            messages.success(request, _("Die Bewohner wurden gespeichert."))
            return redirect(record_url(self.object))
        return self._page(rows, QuickForm(rooms=self.rooms))

    @property
    def rooms(self) -> list[tuple[Any, str]]:
        return [(str(room.pk), _room_name(room)) for room in self.room_list]

    def _laid_out(self, known: dict[str, Any], quick: QuickForm) -> dict[str, str]:
        """A row for somebody named in the quick line; counted by the plan's leading count."""
        guise = OccupancyEntry(**known)
        row = row_of(guise) | {"entry": "", "version": "", "room": quick.cleaned_data["into"]}
        row[self.object.leading.value] = "yes"
        return {name: str(value or "") for name, value in row.items()}

    def _store(self, rows: Any) -> bool:
        """Check the rows against each other and the plan; all or none is stored."""
        if {row.cleaned_data["entry"] for row in rows.forms} - {None, *self.entries}:
            return self._too_late()
        kept, removed = [], []
        for row in rows.forms:
            entry = self._entry_of(row)
            if row.cleaned_data["remove"]:
                removed += [entry] if entry.pk else []
                continue
            row.put_into(entry)
            try:
                entry.full_clean(exclude=["number"])
            except ValidationError as error:
                row.refuse(error)
                continue
            kept.append(entry)
        if any(row.errors for row in rows.forms):
            return False
        try:
            write_people(self.object, kept=kept, removed=removed)
        except StaleRecord:
            return self._too_late()
        except Refused as refused:
            messages.error(self.request, " ".join(refused.messages))
            return False
        return True

    def _too_late(self) -> bool:
        text = _("Jemand anderes hat diese Einträge inzwischen geändert. Bitte neu laden.")
        messages.error(self.request, text)
        return False

    def _entry_of(self, row: Any) -> OccupancyEntry:
        entry = self.entries.get(row.cleaned_data["entry"])
        if entry is None:
            return OccupancyEntry(plan=self.object, unit=self.object.unit, number=1)
        entry.plan = self.object
        entry.version = row.cleaned_data["version"] or entry.version
        return entry

    def _page(self, rows: Any, quick: QuickForm, *, told: bool = True) -> HttpResponse:
        """`told`: whether to say what is wrong with the rows; not while they are laid out."""
        numbered = list(self._numbered(rows))
        blank = people_formset(rooms=self.rooms).empty_form
        return self.render_to_response(
            self.get_context_data(
                rows=rows,
                numbered=numbered,
                blank=blank,
                quick=quick,
                told=told and rows.is_bound,
                rooms=self.room_list,
                plan=self.object,
                rule=self._rule(),
            ),
            status=422 if told and rows.is_bound and not rows.is_valid() else 200,
        )

    def _numbered(self, rows: Any) -> Iterator[tuple[Any, str]]:
        """Each row with whom it is about: the name only for whoever may view the person."""
        told = policy_of(OccupancyEntry).fields(self.request.user)
        named = [field.name for field in told if field.name == "person"]
        names = related_names(self.entries.values(), named, self.request.user)
        for row in rows.forms:
            entry = self.entries.get(_number(row["entry"].value()) or 0)
            person = entry.person_id if entry else None
            yield row, names.get(("person", person), "") if person else ""

    def _rule(self) -> dict[str, Any] | None:
        """What the page's own calculation needs; None when no rule holds on the plan's day."""
        area = area_of(self.object)
        try:
            figures = figures_on(occupancy_rules(), self.object.as_of)
        except NoRule:
            return None
        births = {
            entry.pk: entry.person.birth_date.isoformat()
            for entry in self.entries.values()
            if entry.person_id and entry.person and entry.person.birth_date
        }
        known = policy_of(OccupancyEntry._meta.get_field("person").related_model).visible(
            self.request.user
        )
        seen = set(known.filter(occupancy__in=births).values_list("occupancy", flat=True))
        return {
            "text": words.rule(figures),
            "area_text": words.described(area),
            "applicable": is_applicable(self.object.dwelling),
            "data": {
                "on": self.object.as_of.isoformat(),
                "basis": self.object.leading.value,
                "area": None if area.value is None else str(area.value),
                "applicable": is_applicable(self.object.dwelling),
                "person": str(figures.per_person),
                "child": str(figures.per_child),
                "age": figures.child_age,
                "births": {pk: day for pk, day in births.items() if pk in seen},
            },
        }


def _with_rows(post: QueryDict, new: list[dict[str, str]]) -> QueryDict:
    """The posted rows and further ones below."""
    data = post.copy()
    total = _number(post.get("row-TOTAL_FORMS")) or 0
    for number, values in enumerate(new, start=total):
        for name, value in values.items():
            data[f"row-{number}-{name}"] = value
    data["row-TOTAL_FORMS"] = str(total + len(new))
    return data


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").isdecimal() else None


def _room_name(room: Room) -> str:
    return f"{room.label}, {words.metres(room.area)}" if room.area is not None else room.label


class CarryOnView(OfOnePlan):
    """A new draft from an older plan, with its rooms and people."""

    verb = "add"
    template_name = "buildings/plans/carry_on.html"
    page_title = gettext_lazy("Als neuen Plan fortschreiben")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CarryOnForm(plan=self.object)
        return self.render_to_response(self.get_context_data(form=form, plan=self.object))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CarryOnForm(request.POST, plan=self.object)
        if not form.is_valid():
            context = self.get_context_data(form=form, plan=self.object)
            return self.render_to_response(context, status=422)
        plan = with_entries(OccupancyPlan.objects.filter(pk=self.object.pk)).get()
        data = form.cleaned_data
        draft = carry_on(plan, as_of=data["as_of"], source=data["source"], unit=plan.unit)
        messages.success(request, _("%s wurde als Entwurf angelegt.") % draft)
        return redirect(people_url(draft))


def people_url(plan: OccupancyPlan) -> str:
    viewset: Any = OccupancyPlan.snippet_viewset  # type: ignore[attr-defined]
    return reverse(viewset.get_url_name("people"), args=(plan.pk,))
