from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.referrals.offers import provide
        from pages.advising import PortalOffers
        from pages.rendered import changes
        from pages.search import keeping

        changes.connect()
        keeping.listen()
        provide(PortalOffers())
