"""Addresses of the API, mounted at /api/v2/ (`config.urls`)."""

from __future__ import annotations

from functools import partial

from django.urls import path
from wagtail.utils.urlpatterns import decorate_urlpatterns

from pages.api import feed, listings, openapi
from pages.api.delivery import delivered
from pages.api.pages import router

app_name = "portal_api"
urlpatterns = decorate_urlpatterns(
    [
        *router.get_urlpatterns(),
        *(
            path(f"{name}/", partial(listings.as_json, listing=listing), name=name)
            for name, listing in listings.LISTINGS.items()
        ),
        *(
            path(f"{name}.csv", partial(listings.as_csv, listing=listing), name=f"{name}_csv")
            for name, listing in listings.LISTINGS.items()
        ),
        path("changes/", feed.as_json, name="changes"),
        path("changes.atom", feed.as_atom, name="changes_atom"),
        path("openapi.json", openapi.as_json, name="openapi"),
    ],
    delivered,
)
