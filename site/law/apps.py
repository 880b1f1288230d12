from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LawConfig(AppConfig):
    name = "law"
    verbose_name = _("Rechtliche Vorgaben")
    default_auto_field = "django.db.models.BigAutoField"
