from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "papers"
    verbose_name = _("Schreiben")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from papers import checks, erasing  # noqa: F401  # each registers itself
