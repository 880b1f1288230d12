"""Persons the programme accompanies. Personal throughout: what may be erased is marked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import UNIT, Collection, Field, Section, grant
from history.models import Recorded


class Person(Recorded):
    """A person, under the spelling of the identity paper (DIN 91379 letters, NFC).

    No religion, no ethnicity, no tax, AZR or document number (domain research, facts 11 and 3.4).
    """

    family_name = models.CharField(
        _("Familienname"), max_length=120, help_text=_("Schreibweise wie im Ausweis.")
    )
    given_names = models.CharField(_("Vornamen"), max_length=120, blank=True)
    birth_date = models.DateField(_("Geburtsdatum"), null=True, blank=True)
    interpreter_language = models.CharField(
        _("Sprache für Sprachmittlung"),
        max_length=60,
        blank=True,
        help_text=_("Leer lassen, wenn keine Sprachmittlung nötig ist."),
    )
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    note = models.TextField(_("Vertrauliche Notiz"), blank=True)

    collection = Collection(
        prefix="PER",
        icon="user",
        menu="people",
        order=10,
        key=("family_name", "given_names", "birth_date"),
        ordering=("family_name", "given_names", "pk"),
        sections=(
            Section(
                _("Person"),
                Field(
                    "family_name",
                    listed=True,
                    searched=True,
                    personal=True,
                    synonyms=("Name", "Nachname", "Surname", "Last name"),
                ),
                Field(
                    "given_names",
                    listed=True,
                    searched=True,
                    personal=True,
                    synonyms=("Vorname", "First name"),
                ),
                Field(
                    "birth_date",
                    listed=True,
                    personal=True,
                    synonyms=("geb.", "geboren am", "Date of birth"),
                ),
            ),
            Section(
                _("Verständigung"),
                Field("interpreter_language", listed=True, filtered=True, personal=True),
                Field("phone", personal=True, synonyms=("Tel.", "Telefonnummer")),
                Field("email", personal=True),
                Field("note", personal=True, right="confidential", exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights={
            "clearing": grant("view add change export share confidential", UNIT),
            "outreach": grant("view add change share confidential", UNIT),
            "school_team": grant("view add change share confidential", UNIT),
            "register_office": grant("view", UNIT),
            "data_office": grant("import add change view", UNIT),
            "data_protection": grant("view", UNIT),
        },
    )

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Personen")
        indexes = [models.Index(fields=["family_name", "given_names", "id"])]
