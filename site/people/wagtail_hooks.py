"""Registrations only."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLResolver, include, path
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("register_admin_urls")
def people_pages() -> list[URLResolver]:
    return [path("", include("people.urls"))]


@hooks.register("insert_global_admin_css")
def people_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("people/people.css"))
