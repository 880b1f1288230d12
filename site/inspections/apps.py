from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Wohnraumkontrolle")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.reports import photos  # noqa: F401  # registers what is erased
