"""Opening one record to one further unit, for a reason and until a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from access.models import OrganisationalUnit, Share
from backoffice.views.record import RecordPage

LONGEST_DAYS = 366


class ShareForm(forms.ModelForm):
    class Meta:
        model = Share
        fields = ("unit", "until", "may_change", "reason")
        widgets = {"until": AdminDateInput}

    def __init__(self, *args: Any, owner: OrganisationalUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = OrganisationalUnit.objects.exclude(pk=owner.pk)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        days = (until - timezone.localdate()).days
        if days < 0:
            raise forms.ValidationError(_("Dieser Tag liegt in der Vergangenheit."))
        if days > LONGEST_DAYS:
            raise forms.ValidationError(_("Eine Freigabe gilt höchstens ein Jahr."))
        return until


class RecordShareView(RecordPage):
    verb = "share"
    tab = "share"
    template_name = "backoffice/share.html"
    page_title = gettext_lazy("Freigaben")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shares = self._shares().select_related("unit", "shared_by", "ended_by")
        return super().get_context_data(
            form=kwargs.pop("form", None) or self._form(),
            shares=shares.order_by("-shared_at", "-pk"),
            today=timezone.localdate(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "end" in request.POST:
            return self._end(request.POST["end"])
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        share = form.save(commit=False)
        share.collection = self.model._meta.label_lower
        share.object_pk = self.object.pk
        share.shared_by = request.user
        share.save()
        messages.success(request, _("Freigegeben für %(unit)s.") % {"unit": share.unit})
        return redirect(request.path)

    def _end(self, pk: str) -> HttpResponse:
        share = self._shares().filter(pk=pk if pk.isdecimal() else None, ended_at=None).first()
        if share is None:
            raise Http404
        share.ended_at = timezone.now()
        share.ended_by = self.request.user
        share.save(update_fields=["ended_at", "ended_by"])
        messages.success(self.request, _("Freigabe beendet."))
        return redirect(self.request.path)

    def _shares(self) -> Any:
        return Share.objects.filter(
            collection=self.model._meta.label_lower, object_pk=self.object.pk
        )

    def _form(self, data: Any = None) -> ShareForm:
        return ShareForm(data, owner=self.object.unit)
