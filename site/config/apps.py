from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("Einrichtung")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from config import checks, logs  # noqa: F401  checks registers itself

        logs.configure()
