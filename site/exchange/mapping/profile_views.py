"""Pages of profiles in the admin, under `admin/austausch/profile/`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from exchange.export.exporting import XLSX, attachment
from exchange.mapping.form import DELIMITERS
from exchange.mapping.profiles import (
    Names,
    NameTaken,
    bring_back,
    changes,
    may_return,
    profile_or_404,
    retire,
    visible_profiles,
)
from exchange.mapping.workbook_templates import template_xlsx
from exchange.models import ImportProfile
from exchange.plan_pages import collection_url
from exchange.reading.encoding import ENCODINGS
from exchange.rights import Rights
from exchange.run_views import not_taken
from exchange.tables.resources import CollectionResource, resource_of

_RUNS = {"url": reverse_lazy("exchange:runs"), "label": gettext_lazy("Importe")}
_LIST = {"url": reverse_lazy("exchange:profiles"), "label": gettext_lazy("Importprofile")}


class ProfileListView(WagtailAdminTemplateMixin, ListView):
    """The profiles in use of every collection the person may import."""

    template_name = "exchange/profiles.html"
    page_title = gettext_lazy("Importprofile")
    header_icon = "table"
    context_object_name = "profiles"

    def get_queryset(self) -> Any:
        return visible_profiles(self.request.user).filter(retired_at=None)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _RUNS, {"url": "", "label": self.page_title}]


class OfProfile(View):
    """Base of every page of one profile: who may not import there, meets what never was."""

    profile: ImportProfile

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.profile = profile_or_404(request.user, kwargs["pk"])

    @property
    def resource(self) -> CollectionResource:
        model = self.profile.model
        return resource_of(model)(Rights(self.request.user, model), entry=True)


@dataclass(frozen=True)
class Version:
    profile: ImportProfile
    changes: list[str]


class ProfileView(WagtailAdminTemplateMixin, OfProfile):
    """One version of a profile, and what each version changed."""

    template_name = "exchange/profile.html"
    header_icon = "table"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        return str(self.profile)

    def get_page_subtitle(self) -> str:
        return self.profile.collection_label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _RUNS, _LIST, {"url": "", "label": str(self.profile)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        profile = self.profile
        columns = {column.name: column for column in self.resource.columns}
        names = Names(columns.values())
        allowed = {name: dict(column.widget.allowed()) for name, column in columns.items()}
        return super().get_context_data(
            profile=profile,
            import_url=collection_url(profile.model, "import"),
            encoding=ENCODINGS.get(profile.encoding, ""),
            delimiter=DELIMITERS.get(profile.delimiter, profile.delimiter),
            columns=[(h, names[name], name in profile.clearing) for h, name in profile.columns],
            words=[
                (names[name], word, allowed.get(name, {}).get(ours, ours) or _("keine Angabe"))
                for name, words in profile.values.items()
                for word, ours in words.items()
            ],
            versions=self._versions(),
            may_return=may_return(profile),
            **kwargs,
        )

    def _versions(self) -> list[Version]:
        """Newest first."""
        profile = self.profile
        namesakes = list(
            visible_profiles(self.request.user)
            .filter(collection=profile.collection, name=profile.name)
            .order_by("-version")
        )
        found = []
        for newer, older in zip(namesakes, [*namesakes[1:], None], strict=True):
            told = changes(older, newer, self.request.user) if older else [_("Angelegt.")]
            found.append(Version(newer, told))
        return found


class ProfileTemplateView(OfProfile):
    """An empty table with the partner's own headings."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
        template_xlsx(self.resource, file, self.profile)
        file.seek(0)
        name = f"vorlage-{slugify(self.profile.name) or self.profile.pk}.xlsx"
        return attachment(FileResponse(file), name, XLSX)


class ProfileStepView(OfProfile):
    """A step of the profile by POST; its page says what came of it and offers the way back."""

    step = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        not_taken(request)
        return redirect("exchange:profile", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        getattr(self, f"_{self.step}")(request)
        return redirect("exchange:profile", pk)

    def _retire(self, request: HttpRequest) -> None:
        """What was imported with it stays as it is."""
        if self.profile.retired_at is None:
            retire(self.profile)
            messages.success(request, _("„%s“ wird nicht mehr angeboten.") % self.profile)

    def _bring_back(self, request: HttpRequest) -> None:
        try:
            bring_back(self.profile)
        except NameTaken as reason:
            messages.error(request, str(reason))
            return
        messages.success(request, _("„%s“ wird wieder angeboten.") % self.profile)
