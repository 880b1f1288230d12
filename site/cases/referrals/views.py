"""The screens of referrals beside those every collection has: consent, offers, the sheet to take home."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from access.policy import policy_of
from backoffice.views.editing import RecordCreateView, RecordEditView
from backoffice.views.guard import Guarded
from backoffice.views.record import RecordDetailView, RecordPage
from cases.interviews.rules import Topic
from cases.models import Consent, IntakeInterview, Referral
from cases.referrals import offers, sheets
from cases.referrals.actions import CONSENT_PAPER, record_consent
from cases.referrals.drafting import propose, subject_of
from cases.referrals.forms import GivenConsentForm
from cases.referrals.queries import fitting_consent
from papers.filling import PaperError
from papers.registry import DELIVERED_IN
from papers.rendering import Rendered
from papers.views import pdf_response, problems
from people.models import Person

LANGUAGE = "sprache"  # in the address of a paper


class WithOffers:
    """Mixin of the form: the offers of each topic beside it, ready to be taken over."""

    request: HttpRequest
    object: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        language = self._language()
        known = offers.all_offers(DELIVERED_IN)
        groups = [
            (code, label, offers.fitting(code, language, among=known))
            for code, label in Topic.choices
        ]
        context["offers_by_topic"] = [group for group in groups if group[2]]
        return context

    def _language(self) -> str:
        """The language of the person, if the form is about somebody already."""
        record = getattr(self, "object", None)
        pk = record.person_id if record is not None else self.request.GET.get("person", "")
        if not str(pk).isdecimal():
            return ""
        person: Any = policy_of(Person).visible(self.request.user).filter(pk=pk).first()
        return person.languages.split(",")[0] if person is not None and person.languages else ""


class ReferralCreateView(WithOffers, RecordCreateView):
    """From an interview (`add/?interview=12&topic=work`) it starts with what was agreed there."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        topic = self.request.GET.get("topic", "")
        if topic in Topic.values:
            initial["topic"] = topic
        return {**self._from_interview(initial), **self._from_person(initial), **initial}

    def _from_interview(self, initial: dict[str, Any]) -> dict[str, Any]:
        visible = policy_of(IntakeInterview).visible(self.request.user)
        interview: Any = visible.filter(pk=initial.get("interview")).first()
        if interview is None:
            return {}
        found = {"person": interview.person_id}
        for proposal in propose(interview):
            draft = proposal.draft
            if draft.topic == initial.get("topic"):
                found |= {
                    "content_text": draft.content_text,
                    "subject_text": draft.subject_text,
                    "to_unit": draft.to_unit_id,
                    "recipient": draft.recipient,
                }
        return found

    def _from_person(self, initial: dict[str, Any]) -> dict[str, Any]:
        visible = policy_of(Person).visible(self.request.user)
        person: Any = visible.filter(pk=initial.get("person")).first()
        return {"subject_text": subject_of(person)} if person is not None else {}


class ReferralEditView(WithOffers, RecordEditView):
    pass


class ReferralConsentView(RecordPage):
    """The consent a draft needs: to print it, to write it down, and to see what is there already."""

    verb = "change"
    tab = "inspect"
    template_name = "cases/referrals/consent.html"
    page_title = gettext_lazy("Einwilligung")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not policy_of(Consent).may(request.user, "add"):
            raise Http404
        super().setup(request, *args, **kwargs)

    def _form(self, data: Any = None) -> GivenConsentForm:
        spoken = self.object.person.languages.split(",")[0]
        return GivenConsentForm(data, initial={"language": spoken or None})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self._form())
        return super().get_context_data(
            **kwargs,
            media=kwargs["form"].media,
            languages=sheets.languages_of(CONSENT_PAPER),
            paper_url=self._url(self._sibling("consent_form")),
            recipient=self.object.to_unit or self.object.recipient,
            there=fitting_consent(self.object, timezone.localdate()),
            cancel_url=self._url(self.inspect_url_name),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="consent")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                consent = record_consent(self.object, **form.cleaned_data)
            except ValidationError as error:
                self._tell(form, error)
            else:
                said = _("Einwilligung %(reference)s festgehalten.")
                messages.success(request, said % {"reference": consent.reference})
                return redirect(self._url(self.inspect_url_name))
        self.object.refresh_from_db()
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _tell(self, form: GivenConsentForm, error: ValidationError) -> None:
        for name, texts in error.message_dict.items():
            form.add_error(name if name in form.fields else None, texts)


class _PaperView(Guarded, View, ABC):
    """A paper made anew each time and kept nowhere; the reading is written down."""

    index_url_name = ""
    heading: Any = ""
    name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.get_object()
        self.note("download", record.pk, screen=self.name)
        try:
            made = self.made(record, request.GET.get(LANGUAGE, ""))
        except PaperError as error:
            return problems(request, str(self.heading), error.messages, 409)
        return pdf_response(made.pdf, f"{record.reference}-{self.name}.pdf")

    @abstractmethod
    def made(self, record: Any, language: str) -> Rendered: ...


class ReferralConsentPaperView(_PaperView):
    """The form to be signed, for a draft: with what is to be passed on, and to whom."""

    verb = "change"
    heading = gettext_lazy("Die Einwilligung lässt sich noch nicht drucken")
    name = "einwilligung"

    def made(self, record: Referral, language: str) -> Rendered:
        told = (record.subject_text, record.content_text)
        spoken = language or record.person.languages.split(",")[0]
        return sheets.consent_sheet(sheets.consent_for(record), spoken, told)


class ConsentPaperView(_PaperView):
    """The form once more, in the language it was explained in, or another."""

    heading = gettext_lazy("Die Einwilligung lässt sich noch nicht drucken")
    name = "einwilligung"

    def made(self, record: Consent, language: str) -> Rendered:
        return sheets.consent_sheet(record, language or record.language)


class TakeAwayView(_PaperView):
    """The sheet to take home after an interview."""

    model = IntakeInterview
    heading = gettext_lazy("Das Blatt lässt sich noch nicht drucken")
    name = "blatt"

    def made(self, record: IntakeInterview, language: str) -> Rendered:
        spoken = language or record.language or record.person.languages.split(",")[0]
        return sheets.take_away(record, spoken)


class ConsentDetailView(RecordDetailView):
    """With the way to the paper."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        printed = HeaderButton(
            _("Formular drucken"), url=self._url(self._sibling("form")), icon_name="doc-full"
        )
        return [*super().header_buttons, printed]
