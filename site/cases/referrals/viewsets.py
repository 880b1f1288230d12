"""The screens of referrals and consents."""

from __future__ import annotations

from typing import Any

from django.urls import path

from agenda.panels import DeadlinesAndTasks
from backoffice.forms import edit_handler_of
from backoffice.viewsets import CollectionViewSet
from cases.models import Consent, Referral
from cases.referrals import views
from cases.referrals.actions import CONSENT_STEPS, REFERRAL_STEPS
from cases.referrals.forms import ConsentForm, ReferralForm
from cases.referrals.panels import BasisPanel, CoursePanel, OpenedPersonPanel


class ReferralViewSet(CollectionViewSet):
    model = Referral
    add_view_class = views.ReferralCreateView
    edit_view_class = views.ReferralEditView
    steps = REFERRAL_STEPS
    panels = (CoursePanel, BasisPanel, OpenedPersonPanel, DeadlinesAndTasks)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = ReferralForm
        return handler

    def get_urlpatterns(self) -> list[Any]:
        consent = self.construct_view(views.ReferralConsentView)
        paper = self.construct_view(views.ReferralConsentPaperView)
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/consent/", consent, name="consent"),
            path("<int:pk>/consent/form/", paper, name="consent_form"),
        ]


class ConsentViewSet(CollectionViewSet):
    model = Consent
    inspect_view_class = views.ConsentDetailView
    steps = CONSENT_STEPS

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = ConsentForm
        return handler

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/form/", self.construct_view(views.ConsentPaperView), name="form"),
        ]
