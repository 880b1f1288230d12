"""Creating, changing and deleting a record. Two editors never overwrite each other unseen."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models.deletion import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.generic import CreateView, DeleteView, EditView
from wagtail.admin.widgets.button import Button

from access.policy import policy_of
from backoffice.forms import RecordForm
from backoffice.views.guard import Guarded
from catalogue.naming import is_collection
from history.actor import because
from history.errors import StaleRecord


class _Editing(Guarded):
    """What creating and changing share."""

    object: Any

    def get_side_panels(self) -> Any:
        return MediaContainer([])

    def get_success_url(self) -> str:
        """The record's page: to see what has just been written."""
        return reverse(self.inspect_url_name, args=(self.object.pk,))

    def get_success_buttons(self) -> list[Any]:
        return []


class RecordCreateView(_Editing, CreateView):
    verb = "add"
    template_name = "backoffice/form.html"
    page_title = gettext_lazy("Anlegen")
    submit_button_label = gettext_lazy("Anlegen")
    submit_button_active_label = gettext_lazy("Wird angelegt …")
    error_message = gettext_lazy(
        "Noch nicht gespeichert. Bitte die markierten Felder prüfen; Ihre Eingaben sind erhalten."
    )

    def get_object(self, queryset: Any = None) -> None:
        return None

    def get_initial(self) -> dict[str, Any]:
        """What the address names: `add/?building=12`. The form only offers what is within reach."""
        return super().get_initial() | {
            field.name: self.request.GET[field.name]
            for field in self.visible_fields
            if field.entered
            and self.request.GET.get(field.name, "").isdecimal()
            and isinstance(self.model._meta.get_field(field.name), models.ForeignKey)
        }

    def save_instance(self) -> models.Model:
        return self.form.save()

    def get_success_message(self, instance: models.Model) -> str:
        return _("%(reference)s angelegt.") % {"reference": instance}


class RecordEditView(_Editing, EditView):
    verb = "change"
    template_name = "backoffice/form.html"
    page_title = gettext_lazy("Bearbeiten")
    submit_button_label = gettext_lazy("Speichern")
    submit_button_active_label = gettext_lazy("Wird gespeichert …")
    error_message = gettext_lazy(
        "Noch nicht gespeichert. Bitte die markierten Felder prüfen; Ihre Eingaben sind erhalten."
    )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        form = self.get_form()
        if form.is_stale:
            return self.conflict(form)
        if not self.is_valid(form):
            return self.form_invalid(form)
        try:
            return self.form_valid(form)
        except StaleRecord:  # somebody saved between our reading and our writing
            del self.object
            self.object = self.get_object()
            return self.conflict(form)

    def conflict(self, form: RecordForm) -> HttpResponse:
        """Show both versions. Nothing is stored, nothing typed is lost."""
        stored = self.policy.get_or_404(self.request.user, self.object.pk, self.verb)
        seen = form.data.get("seen_version", "")
        base = (
            self.model.history.filter(id=stored.pk, version=int(seen)).first()
            if str(seen).isdecimal()
            else None
        )
        self.object = stored
        self.form, conflicts = form.merged_onto(stored, base)
        last = (
            self.model.history.filter(id=stored.pk).select_related("history_user").latest("version")
        )
        context = self.get_context_data(conflicts=conflicts, last_change=last)
        context["has_unsaved_changes"] = True
        return self.render_to_response(context, status=409)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        self.note("view", self.object.pk, screen="edit")
        return response

    def save_instance(self) -> models.Model:
        with because(self.form.cleaned_data.get("change_reason") or ""):
            return self.form.save()

    def get_success_message(self) -> str:
        if not self.form.has_changed() or set(self.form.changed_data) <= {"change_reason"}:
            return _("Nichts geändert an %(reference)s.") % {"reference": self.object}
        return _("%(reference)s gespeichert.") % {"reference": self.object}

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return []

    def get_page_subtitle(self) -> str:
        return f"{self.headline(self.object)} ({self.object})"

    def get_copy_url(self) -> None:
        return None

    def get_usage_url(self) -> None:
        return None


class RecordDeleteView(Guarded, DeleteView):
    """Deleting asks first, says what stands against it, and leaves the history."""

    verb = "delete"
    template_name = "backoffice/confirm_delete.html"
    page_title = gettext_lazy("Löschen")

    def get_usage_url(self) -> None:
        return None

    def get_page_subtitle(self) -> str:
        return f"{self.headline(self.object)} ({self.object})"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reason = request.POST.get("change_reason", "").strip()
        if not reason:
            return self.render_to_response(
                self.get_context_data(problem=_("Bitte einen Grund angeben.")), status=422
            )
        reference = str(self.object)
        try:
            with transaction.atomic(), because(reason[:500]):
                self.object.delete()
        except ProtectedError as error:
            return self.render_to_response(
                self.get_context_data(problem=self._what_refers(error)), status=409
            )
        history = reverse(self.history_url_name, args=(self.kwargs["pk"],))
        messages.success(
            request,
            _("%(reference)s gelöscht.") % {"reference": reference},
            buttons=[messages.button(history, _("Verlauf ansehen"))],
        )
        return redirect(self.index_url_name)

    def _what_refers(self, error: ProtectedError) -> str:
        """Kinds only, no names and no counts; and of what the person has no part in, not even that.

        "There are interviews about this flat" would tell an inspector what the wall is for.
        """
        kinds = sorted(
            {
                str(kind._meta.verbose_name_plural)
                for kind in {type(o) for o in error.protected_objects}
                if not is_collection(kind) or policy_of(kind).may(self.request.user, "view")
            }
        )
        if not kinds:
            return _("Nicht gelöscht: Es gibt noch andere Einträge dazu.")
        return _("Nicht gelöscht: Es gibt noch %(kinds)s dazu.") % {"kinds": ", ".join(kinds)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["cancel_url"] = reverse(self.inspect_url_name, args=(self.object.pk,))
        return context
