"""The screen of an interview, its amendment, somebody who walks in, and the sheet in a language."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.views.guard import Guarded
from backoffice.views.record import RecordPage
from cases.interviews import dwellings, queries, reading, rules
from cases.interviews.actions import (
    INTERVIEW_STEPS,
    amend,
    be_there,
    draft_plan,
    schedule,
    walk_in,
)
from cases.interviews.answering import direction
from cases.interviews.area import reckoned
from cases.interviews.forms import WalkInForm
from cases.interviews.sheet import Sheet, settled
from cases.models import IntakeInterview
from people.codes import languages
from people.models import Person
from workflow import Refused

AMENDED = "amended"  # tells the script that what was taken over has been stored
#: What the buttons of the screen send as `do`, besides the steps.
_PLAN = "plan"
_OF_STEP = {
    "start": ("identity", "identity_note", "language", "interpreter"),
    "complete": ("information_given_in", "folder_given"),
}


def by_name(name: str) -> str:
    """The address of another room's page, "" where the installation has none of that name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class _SheetPage(RecordPage):
    """What the screen of an interview and that of its amendment share."""

    template_name = "cases/interviews/interview.html"

    @cached_property
    def header_buttons(self) -> list[Any]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet: Sheet = kwargs["sheet"]
        interview = sheet.interview
        language = interview.language if interview.language != "de" else ""
        answered, asked = sheet.sitting.count()
        return super().get_context_data(
            **kwargs,
            language=language,
            language_name=dict(languages()).get(language, ""),
            direction=direction(language) if language else "ltr",
            answered=answered,
            asked=asked,
            area=reckoned(interview, sheet.persons) if sheet.begun else None,
            draft=queries.draft_of(interview, self.request.user),
        )


class InterviewView(_SheetPage):
    """One form for the household. Sent whole by a button, or block by block by the script.

    A script asks with `Accept: application/json` and hears what was stored and at which version:
    200 all, 409 somebody else was faster, 422 something is wrong, 410 the interview has ended.
    """

    verb = rules.PROCEED
    tab = "interview"
    page_title = gettext_lazy("Gespräch führen")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = kwargs.setdefault("sheet", Sheet(self.object, self.request.user))
        flat = sheet.interview.dwelling
        user, day = self.request.user, sheet.interview.held_on
        context = super().get_context_data(
            **kwargs,
            others=queries.others_at(self.object, user),
            known_url=by_name("people:perhaps_known"),
            dwelling_note=dwellings.note_of(flat, user, day) if flat else "",
            flag_url=self._flag_url(flat),
            plan_url=self._plan_url(sheet.interview),
            voluntary=_voluntary(sheet.interview.language),
            removal_url=self._url(self._sibling("remove_member")),
            record_url=self._url(self.inspect_url_name),
        )
        context["tabs"].insert(1, ("interview", _("Gespräch"), self.request.path))
        return context

    def _flag_url(self, flat: Any) -> str:
        """The report to the enforcing side: it takes a dwelling and a ground, nothing else."""
        url = by_name("wagtailsnippets_inspections_defectreport:add")
        return f"{url}?dwelling={flat.pk}" if url and flat else url

    def _plan_url(self, interview: IntakeInterview) -> str:
        plan = interview.plan
        if plan is None or not policy_of(type(plan)).visible(self.request.user).filter(pk=plan.pk):
            return ""
        viewset: Any = type(plan).snippet_viewset  # type: ignore[attr-defined]
        return reverse(viewset.get_url_name("inspect"), args=(plan.pk,))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.is_settled:
            return redirect(self._url(self.inspect_url_name))
        self.note("view", self.object.pk, screen="interview")
        be_there(self.object, request.user)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wish = request.POST.get("do", "")
        if wish == "look":
            return self._look()
        if wish == "find":
            return self._find(request.POST.get("q", ""))
        by_script = "application/json" in request.headers.get("Accept", "")
        sheet = Sheet(self.object, request.user, request.POST)
        try:
            sheet.store()
        except Refused as refusal:
            return self._too_late(refusal, by_script)
        if by_script:
            return JsonResponse(_told(sheet), status=_status(sheet))
        if not sheet.in_order:
            return self._shown_again(sheet)
        return self._go_on(wish)

    def _too_late(self, refusal: Refused, by_script: bool) -> HttpResponse:
        if by_script:
            return self._ended(" ".join(refusal.messages))
        messages.error(self.request, " ".join(refusal.messages))
        return redirect(self._url(self.inspect_url_name))

    def _ended(self, refused: str) -> HttpResponse:
        """For the script: what it still holds can go on as an amendment, where there is one."""
        self.object.refresh_from_db()
        amends = queries.may_amend(self.object, self.request.user)
        url = self._url(self._sibling("amend")) if amends else ""
        return JsonResponse({"refused": refused, "amend": url}, status=410)

    def _shown_again(self, sheet: Sheet) -> HttpResponse:
        """With what was typed, as if from the stored versions: sent again, it replaces them."""
        data = self.request.POST.copy()
        for prefix, version in sheet.versions().items():
            if f"{prefix}-version" in data:
                data[f"{prefix}-version"] = version
        for block in sheet.blocks:
            if block.sent:
                block.form.data = data
        return self.render_to_response(self.get_context_data(sheet=sheet), status=_status(sheet))

    # The buttons --------------------------------------------------------------------------------------

    def _go_on(self, wish: str) -> HttpResponse:
        verb = wish.removeprefix("step:")
        if verb in _OF_STEP and wish != verb:
            return self._step(verb)
        if wish == "step:check_in":
            return self._step(verb, home=True)
        if wish == _PLAN:
            return self._plan()
        messages.success(self.request, _("Gespeichert."))
        return redirect(self.request.path)

    def _step(self, verb: str, *, home: bool = False) -> HttpResponse:
        self.object.refresh_from_db()
        data = {name: getattr(self.object, name) for name in _OF_STEP.get(verb, ())}
        try:
            done = INTERVIEW_STEPS.perform(self.object, verb, user=self.request.user, data=data)
        except Refused as refusal:
            return self._refused(refusal.messages)
        except ValidationError as error:
            return self._refused(list(error.messages))
        if home:
            return redirect("wagtailadmin_home")
        if done.is_settled:
            messages.success(
                self.request,
                _(
                    "Gespräch abgeschlossen. Unten stehen die Themen, zu denen Sie vermitteln können."
                ),
            )
            return redirect(self._url(self.inspect_url_name))
        return redirect(self.request.path)

    def _refused(self, problems: list[str]) -> HttpResponse:
        self.object.refresh_from_db()
        context = self.get_context_data(refused=problems)
        return self.render_to_response(context, status=409)

    def _plan(self) -> HttpResponse:
        try:
            plan = draft_plan(self.object)
        except Refused as refusal:
            return self._refused(refusal.messages)
        messages.success(self.request, _("Belegungsplan %s ist auf diesem Stand (Entwurf).") % plan)
        return redirect(f"{self.request.path}#part-home")

    # What the script asks -----------------------------------------------------------------------------

    def _look(self) -> HttpResponse:
        """Who else is here, and what stands now: so that both see each other's answers."""
        if self.object.is_settled:
            return self._ended(settled(self.object))
        be_there(self.object, self.request.user)
        sheet = Sheet(self.object, self.request.user)
        others = queries.others_at(self.object, self.request.user)
        return JsonResponse({"others": others, "versions": sheet.versions()})

    def _find(self, text: str) -> HttpResponse:
        found = dwellings.find(text[:200], self.request.user, self.object.held_on)
        return JsonResponse({"found": [each._asdict() for each in found]})


def _voluntary(language: str) -> str:
    with translation.override(language or "de"):
        return str(reading.VOLUNTARY)


def _status(sheet: Sheet) -> int:
    if sheet.in_order:
        return 200
    return 409 if sheet.clashes else 422


def _told(sheet: Sheet) -> dict[str, Any]:
    sent = [block for block in sheet.blocks if block.sent]
    fresh = sheet
    if sheet.changed:
        fresh = Sheet(sheet.interview, sheet.user)
    fresh.sitting.judge_conditions()
    answered, asked = fresh.sitting.count()
    area = reckoned(fresh.interview, fresh.persons)
    return {
        "versions": fresh.versions(),
        "problems": sheet.problems(),
        "clashes": [block.prefix for block in sent if block.conflict],
        "moved": [block.prefix for block in sent if block.moved],
        "changed": sheet.changed,
        "answered": answered,
        "asked": asked,
        "area": area._asdict() if area else None,
        "at": timezone.localtime().strftime("%H:%M"),
    }


class AmendView(_SheetPage):
    """A held interview once more, with the reason. Nothing is stored without it."""

    verb = rules.AMEND
    tab = "amend"
    page_title = gettext_lazy("Berichtigen")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("sheet", Sheet(self.object, self.request.user, amending=True))
        held = self.object.state in rules.HELD
        refused = [] if held else [settled(self.object)]
        context = super().get_context_data(**{"refused": refused, **kwargs}, amending=True)
        context["tabs"].append(("amend", _("Berichtigen"), self.request.path))
        return context

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="amend")
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sheet = Sheet(self.object, request.user, request.POST, amending=True)
        try:
            amend(
                self.object,
                user=request.user,
                reason=request.POST.get("reason", ""),
                change=lambda locked: _all_or_nothing(sheet, locked),
            )
        except PermissionDenied:
            return self._again(sheet, [_("Das darf Ihre Rolle nicht.")], 403)
        except Refused as refusal:
            return self._again(sheet, refusal.messages, 422)
        messages.success(request, _("Berichtigt. Der frühere Stand bleibt im Verlauf."))
        return redirect(f"{self._url(self.inspect_url_name)}#{AMENDED}")

    def _again(self, sheet: Sheet, refused: list[str], status: int) -> HttpResponse:
        context = self.get_context_data(sheet=sheet, refused=refused)
        return self.render_to_response(context, status=status)


def _all_or_nothing(sheet: Sheet, locked: IntakeInterview) -> None:
    sheet.store_onto(locked)
    if not sheet.in_order:
        told = [text for texts in sheet.problems().values() for text in texts]
        raise Refused([_("Nichts gespeichert: bitte die markierten Angaben ansehen."), *told])


class WalkInView(Guarded, WagtailAdminTemplateMixin, TemplateView):
    """A person and their interview in one go: waiting from now on, or at an appointment."""

    model = IntakeInterview
    verb = rules.PROCEED
    template_name = "cases/interviews/walk_in.html"
    page_title = gettext_lazy("Neue Person")
    header_icon = "user"
    add_url_name = ""  # filled by the viewset

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label = str(self.model._meta.verbose_name_plural)
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": label},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", WalkInForm())
        known = by_name("people:perhaps_known")
        return super().get_context_data(
            **kwargs, known_url=known, add_url=reverse(self.add_url_name)
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = WalkInForm(request.POST)
        unit = policy_of(Person).units(request.user, "add").order_by("pk").first()
        if form.is_valid() and unit is not None:
            try:
                interview = self._take(form.cleaned_data, unit)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                waiting = interview.state == rules.State.WAITING
                return redirect(self.interview_url(interview) if waiting else "wagtailadmin_home")
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _take(self, typed: dict[str, Any], unit: Any) -> IntakeInterview:
        user, language = self.request.user, typed["language"]
        person = Person(
            unit=unit,
            family_name=typed["family_name"],
            given_names=typed["given_names"],
            sex=typed["sex"],
            nationalities=typed["nationality"],
            languages=language,
            **typed["birth"],
        )
        if typed["held_on"] is None:
            return walk_in(person=person, unit=unit, user=user, language=language)
        return schedule(
            person=person,
            held_on=typed["held_on"],
            starts_at=typed["starts_at"],
            unit=unit,
            officer=None,
            user=user,
            language=language,
        )

    def interview_url(self, interview: IntakeInterview) -> str:
        return reverse(self.index_url_name.rsplit(":", 1)[0] + ":interview", args=(interview.pk,))
