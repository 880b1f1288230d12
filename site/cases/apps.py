from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Ankunft")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.interviews import known  # noqa: F401  it registers what it tells
