"""The doors, mounted under each language (`config.urls`)."""

from __future__ import annotations

from django.urls import path

from pages.reporting.follow import FollowView
from pages.reporting.report import DangerView, PhotosView, ReportView

urlpatterns = [
    path("", FollowView.as_view(), name="follow_report"),
    path("notruf/", DangerView.as_view(), name="report_danger"),
    path("neu/", ReportView.as_view(), name="new_report"),
    path("neu/fotos/", PhotosView.as_view(), name="report_photos"),
]
