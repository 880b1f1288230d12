"""Persons the programme accompanies. Personal throughout: what may be erased is marked."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import ChoiceSetField, Collection, Field, Section
from history.models import Recorded
from people.codes import NATIONALITIES, Sex, languages
from people.models.keys import MatchingKeys
from people.models.rights import PERSON_RIGHTS
from people.names import latin_name
from people.policy import PersonPolicy


class Person(Recorded):
    """A person, under the spelling of the identity paper (DIN 91379 letters, NFC).

    No religion, no ethnicity, no tax, AZR or document number (domain research, facts 11 and 3.4).
    `birth_year`, `birth_month`: only where the whole date is not known ("00.00.1987").
    `merged_into`: the record that goes on for this one; a merged record is out of every list.
    """

    policy_class = PersonPolicy
    beside = MatchingKeys()

    family_name = models.CharField(
        _("Familienname"),
        max_length=120,
        validators=[latin_name],
        help_text=_("Schreibweise wie im Ausweis."),
    )
    given_names = models.CharField(
        _("Vornamen"), max_length=120, blank=True, validators=[latin_name]
    )
    birth_name = models.CharField(
        _("Geburtsname"), max_length=120, blank=True, validators=[latin_name]
    )
    original_spelling = models.CharField(
        _("Originalschreibweise"),
        max_length=240,
        blank=True,
        help_text=_("In der eigenen Schrift, zum Beispiel kyrillisch. Vorname und Familienname."),
    )
    sex = models.CharField(_("Geschlecht"), max_length=1, choices=Sex.choices, blank=True)
    birth_date = models.DateField(
        _("Geburtsdatum"),
        null=True,
        blank=True,
        help_text=_("Ist nur ein Teil bekannt: 00.05.1987 oder 1987."),
    )
    birth_year = models.PositiveSmallIntegerField(
        _("Geburtsjahr"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2199)],
        help_text=_("Nur, wenn das volle Geburtsdatum nicht bekannt ist."),
    )
    birth_month = models.PositiveSmallIntegerField(
        _("Geburtsmonat"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    birth_place = models.CharField(_("Geburtsort"), max_length=120, blank=True)
    nationalities = ChoiceSetField(_("Staatsangehörigkeiten"), codes=NATIONALITIES, blank=True)
    languages = ChoiceSetField(_("Sprachen"), codes=languages(), blank=True)
    interpreter_language = models.CharField(
        _("Sprache für Sprachmittlung"),
        max_length=60,
        blank=True,
        help_text=_("Leer lassen, wenn keine Sprachmittlung nötig ist."),
    )
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    disclosure_block = models.BooleanField(
        _("Auskunftssperre"),
        null=True,
        blank=True,
        help_text=_("Wenn ja, wird niemandem gesagt, wo die Person wohnt (§ 51 BMG)."),
    )
    note = models.TextField(_("Vertrauliche Notiz"), blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="merged_from",
        verbose_name=_("Zusammengeführt mit"),
    )

    collection = Collection(
        prefix="PER",
        icon="user",
        menu="people",
        order=10,
        apart=True,
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
                Field("birth_name", searched=True, personal=True),
                Field("original_spelling", searched=True, personal=True),
                Field("sex", personal=True),
                Field(
                    "birth_date",
                    listed=True,
                    personal=True,
                    synonyms=("geb.", "geboren am", "Date of birth"),
                    partial=("birth_year", "birth_month"),
                ),
                Field("birth_year", personal=True),
                Field("birth_month", personal=True),
                Field("birth_place", personal=True),
                Field("nationalities", personal=True, synonyms=("Staatsangehörigkeit",)),
            ),
            Section(
                _("Verständigung"),
                Field("languages", personal=True),
                Field("interpreter_language", listed=True, filtered=True, personal=True),
                Field("phone", personal=True, synonyms=("Tel.", "Telefonnummer")),
                Field("email", personal=True),
                Field("disclosure_block", personal=True),
                Field("note", personal=True, right="confidential", exchanged=False),
            ),
            Section(
                _("Zuständigkeit"),
                Field("unit", filtered=True),
                Field("merged_into", entered=False, exchanged=False),
            ),
        ),
        rights=PERSON_RIGHTS,
    )

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Personen")
        indexes = [
            models.Index(fields=["family_name", "given_names", "id"]),
            # Nearly all are merged into nobody: an index of those would mislead SQLite's planner.
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="people_person_merged",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        faults: dict[str, object] = {}
        if self.birth_date and (self.birth_year or self.birth_month):
            faults["birth_year"] = _(
                "Das Geburtsdatum ist schon ganz bekannt. Bitte Jahr und Monat leer lassen."
            )
        elif self.birth_month and not self.birth_year:
            faults["birth_month"] = _("Zum Monat gehört das Jahr.")
        if faults:
            raise ValidationError(faults)
