"""The inbox as a list, and taking down a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice.columns import Column
from backoffice.views.editing import RecordCreateView
from backoffice.views.listing import RecordListView
from catalogue import Field
from inspections.reports.actions import NoReceiver, receive
from inspections.reports.queries import Wait, waits
from inspections.reports.rules import CONTENT
from inspections.views.photos import PhotoFileView


class ReportListView(RecordListView):
    """The undecided first, those with danger on top, then whoever has waited longest."""

    @cached_property
    def columns(self) -> list[Column]:
        columns = super().columns
        waiting = Column(
            "waiting", label=_("Wartet"), accessor=lambda report: self._waiting(report.pk)
        )
        return [*columns[:-1], waiting, columns[-1]]

    def _column(self, field: Field) -> Column:
        if field.name != "dangerous":
            return super()._column(field)
        return Column(
            "dangerous",
            label=_("Gefahr"),
            accessor=lambda report: _("⚠ Gefahr") if report.dangerous else "",
            classname="report-danger",
            sort_key="dangerous",
        )

    @cached_property
    def _waits(self) -> Mapping[int, Wait]:
        return waits(self._page, timezone.localdate())

    def _waiting(self, pk: int) -> str:
        wait = self._waits.get(pk)
        if wait is None:
            return ""
        days = ngettext("%(count)s Arbeitstag", "%(count)s Arbeitstage", wait.days)
        said = days % {"count": wait.days} if wait.days else _("weniger als 1 Arbeitstag")
        if wait.due_on is None:
            return said
        due = _("überfällig seit %(day)s") if wait.is_overdue else _("prüfen bis %(day)s")
        return f"{said}, {due % {'day': date_format(wait.due_on, 'd.m.Y')}}"


class ReportCreateView(RecordCreateView):
    """Taking down a report: it goes through the same door as one from the public."""

    page_title = gettext_lazy("Meldung aufnehmen")
    receipt_template = "inspections/reports/receipt.html"

    def save_instance(self) -> models.Model:
        self.receipt = receive(
            self.form.save(commit=False),
            user=self.request.user,
            seed=self.form.cleaned_data["seed"],
        )
        return self.receipt.report

    def form_valid(self, form: Any) -> HttpResponse:
        self.form = form
        try:
            self.object = self.save_instance()
        except NoReceiver as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        context = {
            "report": self.object,
            "code": self.receipt.code,
            "record_url": reverse(self.inspect_url_name, args=(self.object.pk,)),
            "list_url": reverse(self.index_url_name),
            "add_url": reverse(self.add_url_name),
        }
        return render(self.request, self.receipt_template, context)


class ReportPhotoFileView(PhotoFileView):
    """The picture itself, to who may read what was written."""

    verb = CONTENT
