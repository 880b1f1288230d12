from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "history"
    verbose_name = _("Verlauf")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.log_actions import registry

        from history import checks  # noqa: F401
        from history.ledger import forget_layouts
        from history.recorded import Recorded

        post_migrate.connect(forget_layouts, sender=self)
        # Wagtail's log would keep the title of a deleted record for ever: nothing of records in it.
        registry.log_entry_models_by_type.register(Recorded, value=None)
