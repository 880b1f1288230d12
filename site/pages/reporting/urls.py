"""The two doors, mounted under each language (`config.urls`)."""

from __future__ import annotations

from django.urls import path

from pages.reporting.views import FollowView, ReportView

urlpatterns = [
    path("", FollowView.as_view(), name="follow_report"),
    path("neu/", ReportView.as_view(), name="new_report"),
]
