"""Packages for a partner in the admin, under `admin/austausch/pakete/`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from catalogue import model_of
from exchange import progress
from exchange.export import files as outgoing_files
from exchange.export.exporting import attachment
from exchange.export.forms import PurposeFields
from exchange.export.views import told
from exchange.outgoing import Package
from exchange.packages import outgoing as packages
from exchange.packages.manifest import BadPaper
from history.models import AccessEvent
from history.reading import record_access

_LIST = {"url": reverse_lazy("exchange:packages"), "label": gettext_lazy("Pakete")}
MAX_RECEIPT = 1024 * 1024


class PackageForm(PurposeFields):
    """Which tables go to whom, and what for."""

    collections = forms.MultipleChoiceField(
        label=gettext_lazy("Sammlungen"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Bitte wählen Sie mindestens eine Sammlung.")},
    )
    field_order = ("collections", "recipient", "purpose")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["collections"].choices = [
            (model._meta.label_lower, str(model._meta.verbose_name_plural))
            for model in packages.exportable(user)
        ]
        fields["recipient"].required = True
        fields["recipient"].error_messages["required"] = _(
            "Bitte nennen Sie die Stelle, die das Paket bekommt."
        )


class ReceiptForm(forms.Form):
    """The acknowledgement, filled in by the partner."""

    receipt = forms.FileField(
        label=gettext_lazy("Quittung (quittung.json)"),
        help_text=gettext_lazy(
            "Der Partner trägt je Tabelle ein, wie viele Zeilen er übernommen und wie viele er"
            " abgelehnt hat, und schickt die Datei zurück."
        ),
        widget=forms.FileInput(attrs={"accept": ".json"}),
        error_messages={"required": gettext_lazy("Bitte wählen Sie die Datei des Partners.")},
    )

    def clean_receipt(self) -> Any:
        file = self.cleaned_data["receipt"]
        if file.size > MAX_RECEIPT:
            raise forms.ValidationError(_("Diese Datei ist zu groß für eine Quittung."))
        return file


class ForPackers(View):
    """Base: for whoever may export anything; for all others there are no packages."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not packages.exportable(request.user):
            raise Http404


class PackageListView(WagtailAdminTemplateMixin, ForPackers, ListView):
    """The packages in sight, newest first."""

    template_name = "exchange/packages.html"
    page_title = gettext_lazy("Pakete für Partner")
    header_icon = "mail"
    paginate_by = 50
    context_object_name = "packages"

    def get_queryset(self) -> Any:
        return packages.visible_packages(self.request.user).order_by("-pk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": _("Pakete")}]


class NewPackageView(WagtailAdminTemplateMixin, ForPackers):
    """Which collections, for whom, what for. The worker makes it."""

    template_name = "exchange/package_new.html"
    page_title = gettext_lazy("Paket für einen Partner")
    header_icon = "mail"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=PackageForm(request.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PackageForm(request.user, request.POST)
        if not form.is_valid():
            messages.error(request, _("Es wurde noch kein Paket erstellt. Bitte ergänzen Sie."))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        package = packages.begin(
            models=[model_of(label) for label in form.cleaned_data["collections"]],
            who=request.user,
            recipient=form.cleaned_data["recipient"],
            purpose=form.cleaned_data["purpose"],
        )
        packages.start_making(package)
        return redirect("exchange:package", package.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _LIST, {"url": "", "label": self.page_title}]


class OfPackage(ForPackers):
    """Base of the pages of one package."""

    package: Package

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.package = packages.package_or_404(request.user, kwargs["pk"])


class PackageView(WagtailAdminTemplateMixin, OfPackage):
    """Where the package is, its file, and what the partner acknowledged."""

    template_name = "exchange/package.html"
    header_icon = "mail"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=ReceiptForm()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReceiptForm(request.POST, request.FILES)
        if packages.made(self.package) and form.is_valid():
            try:
                packages.acknowledge(self.package, form.cleaned_data["receipt"].read())
            except BadPaper as refusal:
                for problem in refusal.problems[:20]:
                    form.add_error("receipt", problem)
            else:
                messages.success(request, _("Die Quittung passt zum Paket."))
                return redirect("exchange:package", pk)
        messages.error(request, _("Die Quittung wurde nicht angenommen."))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_page_title(self) -> str:
        return _("Paket %s") % self.package

    def get_page_subtitle(self) -> str:
        return self.package.recipient

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _LIST, {"url": "", "label": str(self.package)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        package = self.package
        labels = {m._meta.label_lower: str(m._meta.verbose_name_plural) for m in package.members}
        told_of = {line["file"]: line for line in package.receipt.get("tables", ())}
        return super().get_context_data(
            package=package,
            collections=list(labels.values()),
            tables=[
                (labels.get(table["collection"], ""), table, told_of.get(table["file"], {}))
                for table in package.tables
            ],
            progress=told(package) if package.making else None,
            stalled=outgoing_files.stalled(package),
            made=packages.made(package),
            keep_hours=settings.EXPORT_KEEP,
            **kwargs,
        )


class PackageProgressView(OfPackage):
    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        return JsonResponse(told(self.package))


class PackageAgainView(OfPackage):
    """Hand the work to another worker, after the first has died."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("exchange:package", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if outgoing_files.stalled(self.package):
            progress.report(self.package.key, 0, 0)
            packages.start_making(self.package)
        return redirect("exchange:package", pk)


class PackageFileView(OfPackage):
    """The archive, until it expires. Every fetch is logged, for each of its collections."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not self.package.available:
            messages.warning(request, _("Diese Datei gibt es nicht mehr."))
            return redirect("exchange:package", pk)
        for model in self.package.members:
            record_access(
                AccessEvent.Action.DOWNLOAD, model, detail={"package": pk}, user=request.user
            )
        file = FileResponse(self.package.file.open())
        return attachment(file, self.package.file_name, "application/zip")
