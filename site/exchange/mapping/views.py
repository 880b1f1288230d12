"""Putting the reading of a table right: another encoding, other columns, a profile for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from exchange import actions
from exchange.mapping.form import MappingForm, ProfileForm
from exchange.mapping.profiles import NameTaken, save_profile
from exchange.mapping.rereading import can_be_read_again, plan_again
from exchange.rules import State
from exchange.run_views import OfRun, not_taken


class MappingView(WagtailAdminTemplateMixin, OfRun):
    """The form on a page of its own: for wide tables, and where an answer was not accepted."""

    template_name = "exchange/mapping.html"
    page_title = gettext_lazy("Zuordnung und Lesart")
    header_icon = "table"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self._open():
            return self.back()
        return self._page(MappingForm(self.run))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self._open():
            return self.back()
        form = MappingForm(self.run, request.POST)
        if not form.is_valid():
            messages.error(request, _("So lässt sich die Tabelle nicht lesen. Bitte berichtigen."))
            return self._page(form, status=422)
        try:
            plan_again(self.run, form.wishes())
        except actions.NotNow as reason:
            messages.warning(request, str(reason))
        return self.back()

    def _open(self) -> bool:
        if not self.may_import:
            messages.error(self.request, _("Dafür fehlt Ihnen das Recht zu importieren."))
            return False
        if not can_be_read_again(self.run):
            messages.warning(self.request, str(actions.NotNow(self.run)))
            return False
        return True

    def _page(self, form: MappingForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(run=self.run, form=form), status=status
        )

    def get_page_subtitle(self) -> str:
        return str(self.run)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("exchange:runs"), "label": _("Importe")},
            {"url": reverse("exchange:run", args=[self.run.pk]), "label": str(self.run)},
            {"url": "", "label": self.page_title},
        ]


class SaveProfileView(OfRun):
    """Keep how a planned table was read, for the next one of this partner."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        not_taken(request)
        return self.back()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ProfileForm(self.run, request.POST)
        if not self.may_import:
            messages.error(request, _("Dafür fehlt Ihnen das Recht zu importieren."))
        elif self.run.state != State.PLANNED or self.run.undoes_id:
            messages.warning(request, str(actions.NotNow(self.run)))
        elif not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
        else:
            self._save(request, form)
        return self.back()

    def _save(self, request: HttpRequest, form: ProfileForm) -> None:
        try:
            profile = save_profile(self.run, who=request.user, **form.cleaned_data)
        except NameTaken as reason:
            messages.error(request, str(reason))
            return
        messages.success(
            request,
            _("Gespeichert als Profil „%s“. Beim nächsten Hochladen können Sie es wählen.")
            % profile,
            buttons=[
                messages.button(reverse("exchange:profile", args=[profile.pk]), _("Profil ansehen"))
            ],
        )
