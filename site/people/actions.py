"""Verbs on people and households that are more than a field edit."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from people.codes import Relation
from people.models import Household, HouseholdMember


def form_household(form: Any) -> Household:
    """Store a new household, and its reference person as a member of it."""
    with transaction.atomic():
        household: Household = form.save()
        HouseholdMember(
            household=household,
            person_id=household.contact_id,
            relation=Relation.REFERENCE,
            since=household.formed_on,
            unit_id=household.unit_id,
        ).save()
    return household
