"""Opening issued papers; trying, comparing and beginning versions of their wording."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.choosers import record_url
from catalogue import collections
from history.models import AccessEvent
from history.reading import record_access
from papers import rendering
from papers.actions import begin_version
from papers.comparing import differences
from papers.files import Altered, bytes_of
from papers.filling import PaperError
from papers.letterheads import EXAMPLE
from papers.models import IssuedPaper, Language, PaperTemplate
from papers.models.letterhead import head_of
from papers.registry import UnknownPaper, paper_of
from papers.wording import Wording

log = structlog.get_logger(__name__)


def pdf_response(pdf: bytes, name: str, *, download: bool = False) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    kind = "attachment" if download else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def problems(request: HttpRequest, heading: str, lines: list[str], status: int) -> HttpResponse:
    context = {"page_title": heading, "heading": heading, "lines": lines}
    return render(request, "papers/problems.html", context, status=status)


class IssuedPaperFileView(View):
    """The PDF, for whoever may view the record it belongs to. Every reading is logged."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        paper = self._paper(request, pk)
        if paper.erased:
            text = _("Der Inhalt wurde mit den personenbezogenen Angaben gelöscht.")
            return problems(request, paper.reference, [text], 410)
        try:
            pdf = bytes_of(paper)
        except Altered as altered:
            log.error("issued_paper_altered", paper=paper.reference)
            help_text = _("Bitte die Systemverwaltung verständigen: Befehl verify_papers.")
            return problems(request, paper.reference, [str(altered), help_text], 409)
        record_access(
            AccessEvent.Action.DOWNLOAD, IssuedPaper, object_pk=pk, detail={"screen": "file"}
        )
        return pdf_response(pdf, paper.file_name, download="speichern" in request.GET)

    def _paper(self, request: HttpRequest, pk: int) -> IssuedPaper:
        """The check is of the owner. Absent, foreign and of a lost collection are the same 404.

        A paper of a collection the person has no part in is not even looked for: that would take
        a query more than one that never was, and tell them apart.
        """
        seen = [m for m in collections() if policy_of(m).may(request.user, "view")]
        try:
            paper = IssuedPaper.objects.get(
                pk=pk, owner_label__in=[model._meta.label_lower for model in seen]
            )
            policy_of(paper.owner_model).get_or_404(request.user, paper.owner_pk, "view")
        except (IssuedPaper.DoesNotExist, LookupError, Http404):
            record_access(AccessEvent.Action.DENIED, IssuedPaper, object_pk=pk, user=request.user)
            raise Http404 from None
        return paper


class OfVersion(View):
    """Base of the pages of one version: the policy gives it, or there is none."""

    verb = "view"
    version: PaperTemplate

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found: models.Model = policy_of(PaperTemplate).get_or_404(
            request.user, kwargs["pk"], self.verb
        )
        assert isinstance(found, PaperTemplate)  # noqa: S101  # for the type checker
        self.version = found


class VersionPreviewView(OfVersion):
    """GET: the version as stored. POST: with the text as typed, which is stored nowhere."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return preview(request, self.version.wording, self.version.unit_id)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.version
        typed = Wording(
            paper_of(version.code),
            request.POST.get("title", ""),
            request.POST.get("text", ""),
            version.language,
            version.number,
        )
        return preview(request, typed, version.unit_id)


class NewTextPreviewView(View):
    """The text as typed into the form for a new wording. Stored nowhere."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not policy_of(PaperTemplate).may(request.user, "add"):
            raise Http404

    def post(self, request: HttpRequest) -> HttpResponse:
        typed = request.POST
        try:
            paper = paper_of(typed.get("code", ""))
        except UnknownPaper:
            text = _("Bitte zuerst auswählen, um welches Schreiben es geht.")
            return problems(request, _("Vorschau"), [text], 422)
        language = typed.get("language", "")
        language = language if language in Language.values else Language.DE
        unit = typed.get("unit", "")
        wording = Wording(paper, typed.get("title", ""), typed.get("text", ""), language)
        return preview(request, wording, int(unit) if unit.isdecimal() else None)


def preview(request: HttpRequest, wording: Wording, unit_id: int | None) -> HttpResponse:
    """The PDF with the example values, under the unit's letterhead or an invented one."""
    now = timezone.now()
    head = head_of(unit_id, timezone.localdate(now)) or EXAMPLE
    try:
        rendered = rendering.render(wording, wording.paper.example, at=now, letterhead=head)
    except PaperError as error:
        return problems(request, _("Noch keine Vorschau möglich"), error.messages, 422)
    return pdf_response(rendered.pdf, f"vorschau-{wording.paper.code}.pdf")


class CompareView(WagtailAdminTemplateMixin, OfVersion, TemplateView):
    """The version beside the one before it."""

    template_name = "papers/compare.html"
    header_icon = "history"

    def get_page_title(self) -> str:
        return _("Version %d vergleichen") % self.version.number

    def get_page_subtitle(self) -> str:
        return str(self.version.get_code_display())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": record_url(self.version), "label": self.version.reference},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before = self.version.before()
        lines = []
        if before is not None:
            lines = differences(
                (before.title, before.text), (self.version.title, self.version.text)
            )
        return super().get_context_data(
            **kwargs,
            version=self.version,
            before=before,
            lines=lines,
            same=all(line.kind == "same" for line in lines),
            back=record_url(self.version),
        )


class BeginVersionView(OfVersion):
    """A draft of the next version; the open draft, if there is one."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not policy_of(PaperTemplate).may(request.user, "add"):
            raise Http404

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = begin_version(self.version)
        said = _("Entwurf der Version %d. Er gilt erst, wenn eine zweite Person ihn freigibt.")
        messages.success(request, said % draft.number)
        edit = PaperTemplate.snippet_viewset.get_url_name("edit")  # type: ignore[attr-defined]
        return redirect(edit, draft.pk)
