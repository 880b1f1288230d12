"""The change of owner: one dialogue, and taking it back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import headline
from backoffice.views.guard import Guarded
from backoffice.views.record import RecordPage
from buildings.actions import change_owner, owner_change_of, undo_owner_change
from buildings.models import Building, Dwelling, PartyRole, RoleKind
from buildings.parties.forms import ASKED, OwnerChangeForm


class OwnerChangeView(Guarded, WagtailAdminTemplateMixin, TemplateView):
    """`?building=12&dwelling=34`: who takes over, from when, and who ends on that day."""

    verb = "add"
    template_name = "buildings/parties/owner_change.html"
    page_title = gettext_lazy("Eigentümerwechsel")
    header_icon = "user"

    @cached_property
    def place(self) -> Any:
        """The building or dwelling it is about, if within reach; None where none is named."""
        for model, name in ((Dwelling, "dwelling"), (Building, "building")):
            if pk := self.request.GET.get(name):
                if not pk.isdecimal():
                    raise Http404
                return policy_of(model).get_or_404(self.request.user, pk)
        return None

    def _new(self) -> PartyRole:
        place = self.place
        dwelling = place if isinstance(place, Dwelling) else None
        building = place.building if dwelling else place
        return PartyRole(
            building=building, dwelling=dwelling, unit_id=place.unit_id, role=RoleKind.OWNER
        )

    def _form(self, data: Any = None) -> OwnerChangeForm:
        try:
            day = parse_date(self.request.GET.get("valid_from", ""))
        except ValueError:
            day = None
        # Made here: at import the choosers of other collections are not registered yet.
        dialogue: Any = modelform_factory(PartyRole, form=OwnerChangeForm, fields=ASKED)
        form: OwnerChangeForm = dialogue(
            data, instance=self._new(), initial={"valid_from": day}, for_user=self.request.user
        )
        return form

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_page_subtitle(self) -> str:
        return headline(self.place, self.request.user) if self.place else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.place is not None:
            kwargs.setdefault("form", self._form())
            kwargs["place_name"] = headline(self.place, self.request.user)
            kwargs["cancel_url"] = record_url(self.place)
            kwargs["media"] = kwargs["form"].media
        return super().get_context_data(**kwargs, place=self.place)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("list", screen="owner_change")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.place is None:
            return redirect(self.index_url_name)
        form = self._form(request.POST)
        if form.is_valid():
            try:
                role = change_owner(
                    form.instance, ends=form.ending, because=form.cleaned_data["change_reason"]
                )
            except ValidationError as refusal:
                form.report(refusal)
            else:
                messages.success(
                    request,
                    _("Eigentümerwechsel eingetragen (%s).") % role,
                    buttons=[messages.button(record_url(role), _("Ansehen"))],
                )
                return redirect(record_url(self.place))
        return self.render_to_response(self.get_context_data(form=form), status=422)


class UndoOwnerChangeView(RecordPage):
    """Takes a change of owner back, as long as nobody went on from it."""

    verb = "delete"
    template_name = "buildings/parties/undo_owner_change.html"
    page_title = gettext_lazy("Eigentümerwechsel zurücknehmen")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("problem", "")
        return super().get_context_data(
            **kwargs,
            possible=bool(owner_change_of(self.object)),
            cancel_url=self._url(self.inspect_url_name),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="undo_owner_change")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reason = request.POST.get("change_reason", "").strip()[:500]
        if not reason:
            problem = _("Bitte einen Grund angeben.")
            return self.render_to_response(self.get_context_data(problem=problem), status=422)
        place = self.object.dwelling or self.object.building
        try:
            undo_owner_change(self.object, because=reason)
        except ValidationError as refusal:
            problem = " ".join(refusal.messages)
            return self.render_to_response(self.get_context_data(problem=problem), status=409)
        messages.success(request, _("Der Eigentümerwechsel ist zurückgenommen."))
        return redirect(record_url(place))
