"""Published pages through Wagtail's read-only API v2."""

from __future__ import annotations

from typing import Any

from django.db import models
from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from pages.api.fields import api_fields


class PortalPages(PagesAPIViewSet):
    """Every page type with its own fields. Nobody signs in here: what is not public is not there."""

    authentication_classes: list[Any] = []
    renderer_classes = [JSONRenderer]

    @classmethod
    def get_body_fields(cls, model: type[models.Model]) -> list[Any]:
        fields: list[Any] = super().get_body_fields(model)
        return fields + api_fields(model)


router = WagtailAPIRouter("portal_api")
router.register_endpoint("pages", PortalPages)
