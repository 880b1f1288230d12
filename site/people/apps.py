from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("Personen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import erasing  # noqa: F401  # registers what is erased with a person
