from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = _("Verwaltung")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backoffice.csp_widgets import replace_inline_scripts
        from backoffice.registration import register_policies

        register_policies()
        replace_inline_scripts()
