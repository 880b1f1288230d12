"""Roles over time: who is owner, manager, landlord of what, from when to when, known how."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from buildings.models.building import Building
from buildings.models.dwelling import Dwelling
from buildings.models.parties import Party
from buildings.models.rights import PARTY_RIGHTS
from catalogue import Collection, Field, Section
from history.models import Recorded


class RoleKind(models.TextChoices):
    OWNER = "owner", _("Eigentümer")
    BENEFICIAL = "beneficial_owner", _("wirtschaftlich Berechtigter")
    MANAGER = "manager", _("Verwalter")
    CARETAKER = "caretaker", _("Hausmeister")
    LANDLORD = "landlord", _("Vermieter")
    MAIN_TENANT = "main_tenant", _("Hauptmieter")
    SUB_LANDLORD = "sub_landlord", _("Untervermieter")
    RECIPIENT = "authorised_recipient", _("Zustellungsbevollmächtigter")


class RoleSource(models.TextChoices):
    LAND_REGISTER = "land_register", _("Grundbuch")
    OWNER = "owner_statement", _("Angabe des Eigentümers")
    TENANT = "tenant", _("Angabe der Mieterseite")
    REGISTRATION = "registration", _("Melderegister")
    OTHER = "other", _("andere Quelle")


def _once(*empty: str) -> models.UniqueConstraint:
    """The natural key, for the rows in which exactly these parts of it are empty."""
    maybe = ("dwelling", "valid_from")
    condition = Q(**{f"{name}__isnull": name in empty for name in maybe})
    return models.UniqueConstraint(
        fields=["party", "role", "building", *(name for name in maybe if name not in empty)],
        condition=condition,
        name="_".join(("buildings_role_once", *(name.removesuffix("_from") for name in empty))),
        violation_error_message=_("Diese Rolle ist schon eingetragen."),
    )


class PartyRole(Recorded):
    """A party in a role at a building or at one dwelling of it, for a time.

    The time is half-open: `valid_from` is the first day, `valid_to` the first day on which it no
    longer holds. Empty means open on that side. A role at the building counts for each dwelling
    that has no role of that kind of its own on the day (`queries.responsible_on`).
    """

    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="roles", verbose_name=_("Beteiligter")
    )
    role = models.CharField(_("Rolle"), max_length=20, choices=RoleKind.choices)
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="party_roles", verbose_name=_("Gebäude")
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="party_roles",
        verbose_name=_("Wohnung"),
        help_text=_("Leer lassen, wenn die Rolle für das ganze Gebäude gilt."),
    )
    share_numerator = models.PositiveIntegerField(
        _("Anteil: Zähler"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Bei einem Drittel: 1. Leer lassen, wenn der Anteil nicht bekannt ist."),
    )
    share_denominator = models.PositiveIntegerField(
        _("Anteil: Nenner"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Bei einem Drittel: 3."),
    )
    valid_from = models.DateField(
        _("Gilt ab"),
        null=True,
        blank=True,
        help_text=_("Erster Tag. Leer lassen, wenn der Beginn nicht bekannt ist."),
    )
    valid_to = models.DateField(
        _("Endet am"),
        null=True,
        blank=True,
        help_text=_(
            "Ab diesem Tag gilt die Rolle nicht mehr. Beim Eigentümerwechsel am 14.3. steht hier der "
            "14.3. und beim Nachfolger „Gilt ab 14.3.“. Leer lassen, solange die Rolle gilt."
        ),
    )
    source = models.CharField(_("Quelle"), max_length=16, choices=RoleSource.choices)
    evidence = models.CharField(
        _("Beleg"),
        max_length=200,
        blank=True,
        help_text=_("Woran es nachzulesen ist, zum Beispiel „Grundbuch Blatt 1234, Abt. I“."),
    )
    confirmed_on = models.DateField(
        _("Zuletzt bestätigt am"), null=True, blank=True, help_text=_("Tag der letzten Prüfung.")
    )

    collection: ClassVar[Collection] = Collection(
        prefix="ROL",
        icon="user",
        menu="housing",
        order=50,
        key=("party", "role", "building", "dwelling", "valid_from"),
        ordering=("building", "role", "-valid_from", "pk"),
        sections=(
            Section(
                _("Wer und was"),
                Field("party", listed=True, filtered=True),
                Field("role", listed=True, filtered=True),
                Field("building", listed=True, filtered=True),
                Field("dwelling", listed=True, filtered=True),
                Field("share_numerator", synonyms=("Zähler",)),
                Field("share_denominator", synonyms=("Nenner",)),
            ),
            Section(
                _("Wann"),
                Field("valid_from", listed=True, filtered=True, synonyms=("von", "seit", "ab")),
                Field("valid_to", listed=True, filtered=True, synonyms=("bis", "Ende")),
            ),
            Section(
                _("Woher bekannt"),
                Field("source", listed=True, filtered=True),
                Field("evidence", personal=True, synonyms=("Nachweis", "Grundbuchblatt")),
                Field("confirmed_on"),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=PARTY_RIGHTS,
    )

    class Meta:
        verbose_name = _("Rolle")
        verbose_name_plural = _("Rollen")
        indexes = [
            models.Index(fields=["building", "role", "-valid_from", "id"]),
            models.Index(fields=["party", "building"]),
        ]
        constraints = [
            _once(),
            _once("dwelling"),
            _once("valid_from"),
            _once("dwelling", "valid_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="buildings_role_ends_after_it_begins",
                violation_error_message=_(
                    "Das Ende muss nach dem Beginn liegen: „Endet am“ ist der erste Tag danach."
                ),
            ),
            models.CheckConstraint(
                condition=Q(share_numerator__isnull=True, share_denominator__isnull=True)
                | Q(
                    share_numerator__isnull=False,
                    share_denominator__isnull=False,
                    share_numerator__gte=1,
                    share_numerator__lte=F("share_denominator"),
                ),
                name="buildings_role_share",
                violation_error_message=_(
                    "Ein Anteil hat Zähler und Nenner und ist höchstens ein Ganzes, zum Beispiel 1/3."
                ),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.dwelling and self.building_id and self.dwelling.building_id != self.building_id:
            raise ValidationError(
                {"dwelling": _("Diese Wohnung gehört nicht zu dem gewählten Gebäude.")}
            )

    @property
    def share(self) -> Fraction | None:
        """The share in the whole; None where it is not known."""
        if not self.share_numerator or not self.share_denominator:
            return None
        return Fraction(self.share_numerator, self.share_denominator)
