"""How the administration keeps accounts and units. Wagtail's screens, minus what is too much."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry
from wagtail.users.views import users

from access import second_factor
from access.actions import reset_second_factor
from access.forms import AccountCreationForm, AccountEditForm
from access.models import OrganisationalUnit, User

_CLOSED = ("delete", "usage", "copy")


def _without_closed(patterns: list[URLPattern]) -> list[URLPattern]:
    """Views that are no question of rights here: they do not exist."""
    return [pattern for pattern in patterns if pattern.name not in _CLOSED]


class AccountFilterSet(users.UserFilterSet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["group"].field.label = self.filters["group"].extra["label"] = _("Rolle")


class AccountIndexView(users.IndexView):
    """Without bulk actions: they write past the log."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().prefetch_related("groups")

    @cached_property
    def columns(self) -> list[Column]:
        wanted = [
            column
            for column in super().columns
            if not isinstance(column, BulkActionsCheckboxColumn) and column.name != "is_superuser"
        ]
        roles = Column(
            "roles",
            label=gettext_lazy("Rollen"),
            accessor=lambda user: ", ".join(sorted(g.name for g in user.groups.all())),
        )
        return [*wanted[:2], roles, *wanted[2:]]

    def get_delete_url(self, instance: User) -> None:
        return None


class AccountCreateView(users.CreateView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}


class AccountEditView(users.EditView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons = list(super().header_more_buttons)
        if not self.editing_self and second_factor.is_set_up(self.object):
            buttons.append(
                HeaderButton(
                    label=_("Zweiten Faktor zurücksetzen"),
                    url=reverse("wagtailusers_users:second_factor", args=[self.object.pk]),
                    icon_name="rotate",
                )
            )
        return buttons


class ResetSecondFactorView(WagtailAdminTemplateMixin, TemplateView):
    """For a lost phone or key. Somebody else's only: one's own is no way out of one's own lock."""

    template_name = "access/accounts/second_factor.html"
    page_title = gettext_lazy("Zweiten Faktor zurücksetzen")
    header_icon = "rotate"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.account = get_object_or_404(User, pk=kwargs["pk"])
        policy = policy_registry.get_by_type(User)
        if self.account == request.user or not policy.user_has_permission(request.user, "change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"account": self.account}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reset_second_factor(self.account, by=cast(User, request.user))
        messages.success(
            request,
            _(
                "Der zweite Faktor von %(name)s ist zurückgesetzt. "
                "Beim nächsten Anmelden wird ein neuer eingerichtet."
            )
            % {"name": self.account},
        )
        return redirect("wagtailusers_users:edit", self.account.pk)


class AccountViewSet(users.UserViewSet):
    """Accounts of staff. Never deleted: `is_active` closes one."""

    menu_label = gettext_lazy("Benutzerkonten")
    template_prefix = "access/accounts/"
    copy_view_enabled = False
    filterset_class = AccountFilterSet
    index_view_class = AccountIndexView
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return AccountEditForm if for_update else AccountCreationForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        closed = dict.fromkeys((f"{name}_url_name" for name in _CLOSED), None)
        return super().get_common_view_kwargs(**{**closed, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *_without_closed(super().get_urlpatterns()),
            path("second-factor/<int:pk>/", ResetSecondFactorView.as_view(), name="second_factor"),
        ]


class UnitViewSet(ModelViewSet):
    """The organisational units: data of the installation, kept by the administration."""

    model = OrganisationalUnit
    icon = "group"
    menu_label = gettext_lazy("Organisationseinheiten")
    menu_order = 605
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["name", "code", "carrier"]
    form_fields = ["name", "code", "carrier"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        closed = dict.fromkeys((f"{name}_url_name" for name in _CLOSED), None)
        return super().get_common_view_kwargs(**{**closed, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        return _without_closed(super().get_urlpatterns())


units = UnitViewSet("units")
