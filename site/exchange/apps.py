from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = _("Datenaustausch")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from exchange import actions  # noqa: F401  # tells the history what else it has to erase
