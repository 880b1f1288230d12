"""Screens about people beyond what the declarations give."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import BooleanField, Case, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import headline, headlines, related_names
from backoffice.purposes import ASKED, OPEN_WAYS, purpose_of
from backoffice.views.editing import RecordCreateView
from backoffice.views.guard import Guarded
from backoffice.views.record import RecordDetailView, RecordPage
from catalogue.days import in_words
from history.actor import because
from history.errors import StaleRecord
from history.purposes import Occasion
from people import actions, merging
from people.forms import MergeForm, MoveOutForm, TypedForm, compared
from people.models import Person
from people.queries import Known, perhaps_known, told_of
from people.related import related_lines
from workflow import Refused


class PerhapsKnownView(Guarded, View):
    """Who may be known already, as JSON, asked while somebody types. Nothing of it in an address.

    POST: family_name, given_names, birth_date (or birth_year, birth_month) as typed; `but`: the
    number of the person whose record it is. Answers {"known": [{url, name, born, told, why}]}.
    """

    model = Person
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        form = TypedForm(request.POST)
        form.is_valid()  # what is not valid yet counts as not typed
        asked = {name: form.cleaned_data.get(name) for name in form.fields}
        form.cleaned_data = asked
        known = perhaps_known(user=request.user, **form.asked()) if asked["family_name"] else []
        self.note("search", screen="perhaps_known", count=len(known))
        return JsonResponse({"known": told(known, request.user)})


def told(known: list[Known], user: Any) -> list[dict[str, str]]:
    """Each in words: what a clerk needs to say "that is them"."""
    people = [each.person for each in known]
    names, lines = headlines(people, user), told_of([person.pk for person in people], user)
    return [
        {
            "url": record_url(each.person),
            "name": _spoken(each.person) or names[each.person.pk],
            "born": _born(each.person),
            "told": lines.get(each.person.pk, ""),
            "why": each.why,
        }
        for each in known
    ]


def _spoken(person: Person) -> str:
    return f"{person.given_names} {person.family_name}".strip()


def _born(person: Person) -> str:
    if person.birth_date:
        return date_format(person.birth_date, "d.m.Y")
    return in_words(person.birth_year, person.birth_month)


class PersonDetailView(RecordDetailView):
    """The page of a person: within a dozen queries, whatever hangs on them."""

    offered = ("change", "share", "delete", "merge")

    def get_object(self, queryset: Any = None) -> Any:
        """The person, together with what one may do to them: one query instead of five."""
        if getattr(self, "object", None) is not None:
            return self.object
        user = self.request.user
        found = self.policy.visible(user).select_related("unit")
        person = found.annotate(**{f"may_{v}": self._may(v) for v in self.offered}).filter(
            pk=self.kwargs["pk"]
        )
        try:
            return person.get()
        except (Person.DoesNotExist, OverflowError):
            self.note("denied", self.kwargs["pk"])
            raise Http404 from None

    def _may(self, verb: str) -> Any:
        if not self.policy.may(self.request.user, verb):
            return Value(value=False)
        reach = self.policy.reach(self.request.user, verb)
        if reach == Q():
            return Value(value=True)
        return Case(
            When(reach, then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        )

    def may(self, verb: str, record: Any = None) -> bool:
        known = getattr(record, f"may_{verb}", None)
        return super().may(verb, record) if known is None else bool(known)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        purpose = purpose_of(self.request, self.model, self.object.pk)
        return {
            **context,
            "lines": related_lines(self.object, self.request.user),
            "merge_url": self._url(self._sibling("merge"))
            if self.may("merge", self.object)
            else "",
            "purpose": purpose,
            "occasions": self._occasions(purpose),
        }

    def related(self) -> list[Any]:
        return []

    def _occasions(self, purpose: dict[str, Any]) -> list[tuple[str, str]]:
        """(address, label) to say what for, where the way here does not."""
        if purpose.get("occasion") or purpose["way"] not in OPEN_WAYS:
            return []
        return [(f"?{ASKED}={code}", str(label)) for code, label in Occasion.choices]


class MergeView(RecordPage):
    """Two records side by side. `?with=12` (or PER-000012): the one that goes up in this one."""

    verb = "merge"
    tab = "merge"
    template_name = "people/merge.html"
    page_title = gettext_lazy("Zusammenführen")

    @cached_property
    def other(self) -> Any:
        number = self.request.GET.get("with", "").strip().upper().removeprefix("PER-")
        if not number.isdecimal() or int(number) == self.object.pk:
            return None
        return policy_of(Person).visible(self.request.user).filter(pk=int(number)).first()

    @cached_property
    def lines(self) -> list[Any]:
        fields = self.visible_fields
        names = related_names(
            [self.object, self.other], (f.name for f in fields), self.request.user
        )
        return list(compared(self.object, self.other, fields, names))

    def _form(self, data: Any = None) -> MergeForm:
        seen = {"seen_kept": self.object.version, "seen_merged": self.other.version}
        return MergeForm(data, lines=self.lines, initial=seen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context |= {"other": self.other, "asked": self.request.GET.get("with", "")}
        if self.other is None:
            known = self._alike()
            return {
                **context,
                "known": list(zip(known, told(known, self.request.user), strict=True)),
            }
        mergeable = self.may("merge", self.other)
        return {
            **context,
            "mergeable": mergeable,
            "other_name": headline(self.other, self.request.user),
            "lines": self.lines,
            "form": kwargs.get("form") or self._form(),
            "problem": kwargs.get("problem", ""),
            "chosen": kwargs["form"].data if "form" in kwargs else {},
            "turned_url": f"{reverse(self._sibling('merge'), args=(self.other.pk,))}"
            f"?with={self.object.pk}",
            "cancel_url": self._url(self.inspect_url_name),
        }

    def _alike(self) -> list[Known]:
        person = self.object
        return perhaps_known(
            user=self.request.user,
            family_name=person.family_name,
            given_names=person.given_names,
            birth_date=person.birth_date,
            birth_year=person.birth_year,
            birth_month=person.birth_month,
            but=person.pk,
            limit=10,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="merge")
        if self.other is not None:
            self.note("view", self.other.pk, screen="merge")
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.other is None:
            raise Http404
        form = self._form(request.POST)
        if not form.is_valid():
            return self._again(form, "", 422)
        if self._moved_on(form):
            problem = _(
                "Einer der Datensätze wurde inzwischen geändert. Bitte vergleichen Sie neu."
            )
            return self._again(self._form(), problem, 409)
        try:
            return self._decide(form)
        except Refused as refusal:
            return self._again(form, " ".join(refusal.messages), 409)
        except ValidationError as error:
            return self._again(form, " ".join(error.messages), 422)
        except StaleRecord:
            return self._again(form, _("Jemand war schneller. Bitte vergleichen Sie neu."), 409)
        except PermissionDenied:
            return self._again(form, self._foreign(), 403)

    def _decide(self, form: MergeForm) -> HttpResponse:
        reason = form.cleaned_data["change_reason"]
        user = self.request.user
        if "distinct" in self.request.POST:
            merging.decide_distinct(one=self.object, other=self.other, user=user, because=reason)
            messages.success(self.request, _("Gemerkt: Das sind zwei verschiedene Personen."))
            return redirect(self._url(self.inspect_url_name))
        if unchosen := form.unchosen():
            problem = _("Bitte wählen Sie noch: %s.") % ", ".join(unchosen)
            return self._again(form, problem, 422)
        receipt = merging.merge(
            kept=self.object,
            merged=self.other,
            values=form.values(self.object, self.other),
            user=user,
            because=reason,
        )
        messages.success(
            self.request,
            _("Zusammengeführt. Alles steht jetzt bei %s.") % self.object.reference,
            buttons=[messages.button(record_url(receipt), _("Beleg ansehen, zurücknehmen"))],
        )
        return redirect(self._url(self.inspect_url_name))

    def _moved_on(self, form: MergeForm) -> bool:
        seen = (form.cleaned_data["seen_kept"], form.cleaned_data["seen_merged"])
        return seen != (self.object.version, self.other.version)

    def _foreign(self) -> str:
        return _(
            "Für einen der beiden Datensätze ist eine andere Stelle zuständig. Bitte bitten Sie dort"
            " um das Zusammenführen."
        )

    def _again(self, form: MergeForm, problem: str, status: int) -> HttpResponse:
        self.object.refresh_from_db()
        context = self.get_context_data(form=form, problem=problem)
        return self.render_to_response(context, status=status)


class MoveOutView(RecordPage):
    """Somebody leaves a household: the day, and no more."""

    verb = "change"
    template_name = "people/move_out.html"
    page_title = gettext_lazy("Auszug")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", MoveOutForm(member=self.object))
        return super().get_context_data(
            **kwargs, media=kwargs["form"].media, cancel_url=self._household_url()
        )

    def _household_url(self) -> str:
        return record_url(self.object.household)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="move_out")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = MoveOutForm(request.POST, member=self.object)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        with because(form.cleaned_data["change_reason"]):
            self.object.until = form.cleaned_data["until"]
            self.object.save()
        messages.success(request, _("Auszug eingetragen."))
        return redirect(self._household_url())


class HouseholdCreateView(RecordCreateView):
    """A new household has its reference person as its first member."""

    def save_instance(self) -> Any:
        return actions.form_household(self.form)
