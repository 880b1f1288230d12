"""Parties: who owns, manages or lets. Persons, companies, communities of heirs and of owners."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from buildings.models.countries import countries
from buildings.models.rights import PARTY_RIGHTS
from catalogue import Collection, Field, Section
from history.models import Recorded


class PartyKind(models.TextChoices):
    NATURAL = "natural", _("natürliche Person")
    COMPANY = "company", _("Gesellschaft")
    HEIRS = "community_of_heirs", _("Erbengemeinschaft")
    OWNERS = "owners_association", _("Wohnungseigentümergemeinschaft (WEG)")
    PUBLIC = "public", _("öffentliche Hand")


class Deliverable(models.TextChoices):
    UNKNOWN = "unknown", _("nicht bekannt")
    YES = "yes", _("zustellbar")
    RETURNED = "returned", _("Post kam zurück")


class Party(Recorded):
    """A person or body that can hold a role at a building. The address is the one for service."""

    kind = models.CharField(_("Art"), max_length=20, choices=PartyKind.choices)
    name = models.CharField(
        _("Name"),
        max_length=160,
        help_text=_(
            "Personen als „Familienname, Vorname“; Gesellschaften wie im Register; "
            "Erbengemeinschaften als „Erbengemeinschaft nach …“."
        ),
    )
    legal_form = models.CharField(
        _("Rechtsform"), max_length=40, blank=True, help_text=_("Zum Beispiel GmbH, GbR, S.R.L.")
    )
    register_ref = models.CharField(
        _("Register und Nummer"),
        max_length=80,
        blank=True,
        help_text=_("Registergericht und Nummer, zum Beispiel „AG Stendal HRB 12345“."),
    )
    street = models.CharField(_("Straße und Hausnummer"), max_length=160, blank=True)
    address_extra = models.CharField(
        _("Adresszusatz"),
        max_length=120,
        blank=True,
        help_text=_("Zum Beispiel „c/o“ oder Postfach."),
    )
    postcode = models.CharField(_("Postleitzahl"), max_length=12, blank=True)
    city = models.CharField(_("Ort"), max_length=80, blank=True)
    country = models.CharField(_("Staat"), max_length=2, choices=countries, default="DE")
    email = models.EmailField(_("E-Mail"), blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    representative = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented",
        verbose_name=_("Vertreten durch"),
        help_text=_("Wer für diesen Beteiligten handelt: Geschäftsführung, Betreuung, Verwaltung."),
    )
    deliverable = models.CharField(
        _("Zustellbarkeit"),
        max_length=10,
        choices=Deliverable.choices,
        default=Deliverable.UNKNOWN,
    )
    deliverable_on = models.DateField(_("Zustellbarkeit festgestellt am"), null=True, blank=True)
    deliverable_source = models.CharField(
        _("Zustellbarkeit bekannt durch"),
        max_length=160,
        blank=True,
        help_text=_("Zum Beispiel „Postrücklauf, unbekannt verzogen“ oder „Melderegister“."),
    )

    collection: ClassVar[Collection] = Collection(
        prefix="BET",
        icon="group",
        menu="housing",
        order=40,
        key=("name", "postcode"),
        ordering=("name", "postcode", "pk"),
        sections=(
            Section(
                _("Wer"),
                Field("kind", listed=True, filtered=True, synonyms=("Beteiligtenart",)),
                Field(
                    "name",
                    listed=True,
                    searched=True,
                    personal=True,
                    synonyms=("Eigentümer", "Firma", "Beteiligter"),
                ),
                Field("legal_form"),
                Field("register_ref", searched=True, synonyms=("HRB", "Handelsregister")),
                Field("representative", filtered=True),
            ),
            Section(
                _("Anschrift"),
                Field("street", personal=True, synonyms=("Anschrift", "Adresse")),
                Field("address_extra", personal=True),
                Field("postcode", listed=True, searched=True, personal=True, synonyms=("PLZ",)),
                Field("city", listed=True, searched=True, personal=True),
                Field("country", listed=True, filtered=True, synonyms=("Land",)),
                Field("email", personal=True),
                Field("phone", personal=True, synonyms=("Tel.", "Telefonnummer")),
            ),
            Section(
                _("Zustellung"),
                Field("deliverable", listed=True, filtered=True),
                Field("deliverable_on"),
                Field("deliverable_source", personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=PARTY_RIGHTS,
    )

    class Meta:
        verbose_name = _("Beteiligter")
        verbose_name_plural = _("Beteiligte")
        indexes = [models.Index(fields=["name", "postcode", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "postcode"],
                name="buildings_party_once",
                violation_error_message=_(
                    "Diesen Beteiligten gibt es mit dieser Postleitzahl schon. Sind es wirklich zwei, "
                    "unterscheiden Sie sie im Namen, zum Beispiel durch den Geburtsnamen."
                ),
            ),
            models.CheckConstraint(
                condition=Q(representative__isnull=True) | ~Q(representative=F("id")),
                name="buildings_party_not_own_representative",
                violation_error_message=_("Niemand vertritt sich selbst. Bitte das Feld leeren."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.country == "DE" and self.postcode and not _is_german_postcode(self.postcode):
            raise ValidationError(
                {"postcode": _("Eine deutsche Postleitzahl hat genau fünf Ziffern.")}
            )


def _is_german_postcode(text: str) -> bool:
    return len(text) == 5 and text.isascii() and text.isdigit()


class PartyMember(Recorded):
    """A member of a community: an heir, a partner of a GbR, an owner within a WEG."""

    community = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="members", verbose_name=_("Gemeinschaft")
    )
    member = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Mitglied")
    )
    note = models.CharField(
        _("Beleg"),
        max_length=160,
        blank=True,
        help_text=_("Zum Beispiel „Erbschein vom 3.2.2025“."),
    )

    collection: ClassVar[Collection] = Collection(
        prefix="MIT",
        icon="group",
        menu="housing",
        order=60,
        key=("community", "member"),
        ordering=("community", "pk"),
        sections=(
            Section(
                _("Mitgliedschaft"),
                Field("community", listed=True, filtered=True),
                Field("member", listed=True, filtered=True),
                Field("note", listed=True, personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=PARTY_RIGHTS,
    )

    class Meta:
        verbose_name = _("Mitgliedschaft")
        verbose_name_plural = _("Mitgliedschaften")
        indexes = [models.Index(fields=["community", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "member"],
                name="buildings_member_once",
                violation_error_message=_("Dieses Mitglied ist in der Gemeinschaft schon genannt."),
            ),
            models.CheckConstraint(
                condition=~Q(community=F("member")),
                name="buildings_member_of_another",
                violation_error_message=_("Eine Gemeinschaft ist nicht ihr eigenes Mitglied."),
            ),
        ]
