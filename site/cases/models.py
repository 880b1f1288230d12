"""The helping side: what is asked when somebody arrives."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models import Dwelling
from buildings.rules import State
from catalogue import UNIT, Collection, Field, Section, grant
from history.models import Recorded
from people.models import Person


class Reason(models.TextChoices):
    WORK = "work", _("Arbeitsaufnahme")
    FAMILY = "family", _("Nachzug zur Familie")
    TRAINING = "training", _("Ausbildung oder Studium")
    JOB_SEARCH = "job_search", _("Arbeitssuche")
    OTHER = "other", _("anderer Grund")


class ArrivedWith(models.TextChoices):
    ALONE = "alone", _("allein")
    FAMILY = "family", _("mit Familie")


class Work(models.TextChoices):
    """Sectors as in the published figures of October to December 2022 (domain research 1.7)."""

    FOOD = "food", _("Lebensmittelindustrie")
    SERVICES = "services", _("Dienstleistung")
    LOGISTICS = "logistics", _("Logistik")
    OTHER = "other", _("andere Branche")
    NONE = "none", _("noch keine Arbeit")


class Answer(models.TextChoices):
    YES = "yes", _("ja")
    NO = "no", _("nein")
    DECLINED = "declined", _("keine Angabe")


class IntakeInterview(Recorded):
    """The arrival interview at the Clearingstelle, with the published questions (domain 1.3).

    Only the person and the day are compulsory: a voluntary question left open is no answer.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="interviews", verbose_name=_("Person")
    )
    held_on = models.DateField(_("Gespräch am"))
    reason = models.CharField(
        _("Grund des Zuzugs"), max_length=12, choices=Reason.choices, blank=True
    )
    arrived_with = models.CharField(
        _("Allein oder mit Familie"), max_length=8, choices=ArrivedWith.choices, blank=True
    )
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews",
        verbose_name=_("Wohnung"),
    )
    persons_in_dwelling = models.PositiveSmallIntegerField(
        _("Personen in der Wohnung"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(200)],
        help_text=_("So viele, wie die Person angibt."),
    )
    work = models.CharField(_("Arbeit"), max_length=10, choices=Work.choices, blank=True)
    has_training = models.CharField(
        _("Berufsausbildung abgeschlossen"), max_length=8, choices=Answer.choices, blank=True
    )
    children = models.PositiveSmallIntegerField(
        _("Kinder"), null=True, blank=True, validators=[MaxValueValidator(30)]
    )
    children_at_school = models.CharField(
        _("Schulpflichtige Kinder an einer Schule angemeldet"),
        max_length=8,
        choices=Answer.choices,
        blank=True,
    )
    identity_checked = models.BooleanField(
        _("Ausweis gesehen"), default=False, help_text=_("Keine Nummern und keine Kopien erfassen.")
    )
    referred_to = models.CharField(_("Vermittelt an"), max_length=200, blank=True)
    folder_given = models.BooleanField(_("Mappe „Ankommen in Weißenfels“ übergeben"), default=False)
    note = models.TextField(_("Vertrauliche Notiz"), blank=True)

    collection = Collection(
        prefix="ANK",
        icon="group",
        menu="people",
        order=20,
        key=("person", "held_on"),
        ordering=("-held_on", "-pk"),
        sections=(
            Section(
                _("Gespräch"),
                Field("person", listed=True),
                Field("held_on", listed=True, filtered=True, synonyms=("Datum",)),
                Field("identity_checked"),
            ),
            Section(
                _("Zuzug und Familie"),
                Field("reason", listed=True, filtered=True, personal=True),
                Field("arrived_with", filtered=True, personal=True),
                Field("children", personal=True),
                Field("children_at_school", filtered=True, personal=True),
            ),
            Section(
                _("Wohnen"),
                Field("dwelling", personal=True),
                Field("persons_in_dwelling", personal=True),
            ),
            Section(
                _("Arbeit und Ausbildung"),
                Field("work", filtered=True, personal=True),
                Field("has_training", personal=True),
            ),
            Section(
                _("Wie es weitergeht"),
                Field("referred_to", listed=True, personal=True),
                Field("folder_given"),
                Field("note", personal=True, right="confidential", exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights={
            "clearing": grant("view add change export share confidential", UNIT),
            "outreach": grant("view", UNIT),
            "school_team": grant("view", UNIT),
            "data_protection": grant("view", UNIT),
        },
    )

    class Meta:
        verbose_name = _("Ankunftsgespräch")
        verbose_name_plural = _("Ankunftsgespräche")
        indexes = [models.Index(fields=["-held_on", "-id"])]

    def clean(self) -> None:
        """Nobody is taken down as living where nobody may live; an older interview stays valid."""
        super().clean()
        flat = self.dwelling
        if flat is None or flat.state != State.CLOSED or flat.pk == self._dwelling_before():
            return
        raise ValidationError(
            {
                "dwelling": _(
                    "Diese Wohnung ist gesperrt: Dort darf zurzeit niemand wohnen. Bitte die "
                    "tatsächliche Wohnung wählen oder das Feld leer lassen und die "
                    "Wohnraumkontrolle anrufen."
                )
            }
        )

    def _dwelling_before(self) -> int | None:
        stored = type(self).objects.filter(pk=self.pk) if self.pk else type(self).objects.none()
        return stored.values_list("dwelling_id", flat=True).first()
