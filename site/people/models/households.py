"""Households: who arrived together and lives together, whatever flat that is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue import Collection, Field, Section
from history.models import Recorded
from people.codes import Relation
from people.models.persons import Person
from people.models.rights import HOUSEHOLD_RIGHTS, MEMBER_RIGHTS


class Household(Recorded):
    """People who live together. Its address stands in interviews and occupancy plans, with a day."""

    contact = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="households_named",
        verbose_name=_("Bezugsperson"),
    )
    formed_on = models.DateField(_("Besteht seit"), null=True, blank=True)
    ended_on = models.DateField(_("Besteht bis"), null=True, blank=True)

    collection = Collection(
        prefix="HAU",
        icon="group",
        menu="people",
        order=15,
        key=("contact", "formed_on"),
        ordering=("-pk",),
        sections=(
            Section(
                _("Haushalt"),
                Field("contact", listed=True),
                Field("formed_on", listed=True),
                Field("ended_on", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=HOUSEHOLD_RIGHTS,
    )

    class Meta:
        verbose_name = _("Haushalt")
        verbose_name_plural = _("Haushalte")

    def clean(self) -> None:
        super().clean()
        if self.formed_on and self.ended_on and self.ended_on < self.formed_on:
            raise ValidationError({"ended_on": _("Das Ende liegt vor dem Beginn.")})


class HouseholdMember(Recorded):
    """One person's time in one household."""

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="members", verbose_name=_("Haushalt")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Person")
    )
    relation = models.CharField(
        _("Beziehung zur Bezugsperson"), max_length=10, choices=Relation.choices
    )
    since = models.DateField(_("gehört dazu seit"), null=True, blank=True)
    until = models.DateField(_("gehört dazu bis"), null=True, blank=True)

    collection = Collection(
        prefix="HMI",
        icon="user",
        menu="people",
        order=16,
        key=("household", "person"),
        ordering=("household", "pk"),
        sections=(
            Section(
                _("Mitglied"),
                Field("household", listed=True),
                Field("person", listed=True),
                Field("relation", listed=True, personal=True),
                Field("since", listed=True),
                Field("until", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=MEMBER_RIGHTS,
    )

    class Meta:
        verbose_name = _("Haushaltsmitglied")
        verbose_name_plural = _("Haushaltsmitglieder")
        indexes = [models.Index(fields=["household", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=Q(until=None),
                name="people_member_once",
                violation_error_message=_("Diese Person gehört schon zu diesem Haushalt."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": _("Das Ende liegt vor dem Beginn.")})
