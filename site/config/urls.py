"""Every address of the product, in the order they are tried."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from access.urls import doors as closed_doors
from access.urls import portal_doors as closed_portal_doors
from backoffice.bulk_actions import bulk_action
from config.health import healthz
from pages.offline.views import worker
from pages.sharing.views import short
from pages.sitemap import robots, sitemap
from pages.views import picture

handler400 = "pages.errors.bad_request"
handler500 = "config.outage.handler500"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("konto/", include("access.urls")),
    *closed_doors,
    path("admin/bulk/<str:app_label>/<str:model_name>/<str:action>/", bulk_action),
    path("admin/", include(wagtailadmin_urls)),
    path("api/v2/", include("pages.api.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("media/images/<path:path>", picture, name="portal_picture"),
    path("offline-worker.js", worker, name="offline_worker"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("q/<str:code>", short, name="short"),
    path("", RedirectView.as_view(url=f"/{settings.LANGUAGE_CODE}/"), name="portal_entry"),
    path("meldung/", RedirectView.as_view(url=f"/{settings.LANGUAGE_CODE}/meldung/")),
    path("meldung/neu/", RedirectView.as_view(url=f"/{settings.LANGUAGE_CODE}/meldung/neu/")),
    *i18n_patterns(
        path("meldung/", include("pages.reporting.urls")),
        path("", include("pages.urls")),
        *closed_portal_doors,
        path("", include(wagtail_urls)),
    ),
]
