"""One line of an occupancy plan: a person with a record, or "ein Kind, 4"."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from buildings.models.plans import PLAN_RIGHTS, OccupancyPlan
from buildings.models.rooms import Room
from buildings.plans import ages
from buildings.plans.policy import EntryPolicy
from buildings.plans.rules import Resident
from catalogue import ALL, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded

_OLDEST = 120


class AgeGroup(models.TextChoices):
    """All that is known of somebody met at a door, before anybody tells an age."""

    UNKNOWN = "unknown", _("nicht bekannt")
    ADULT = "adult", _("erwachsen")
    CHILD = "child", _("Kind (unter 18)")


class Counted(models.TextChoices):
    UNKNOWN = "unknown", _("nicht bekannt")
    YES = "yes", _("ja")
    NO = "no", _("nein")


class Relation(models.TextChoices):
    MAIN_TENANT = "main_tenant", _("Hauptmieterin, Hauptmieter")
    PARTNER = "partner", _("Partnerin, Partner")
    CHILD = "child", _("Kind im Haushalt")
    RELATIVE = "relative", _("andere Angehörige")
    SUBTENANT = "subtenant", _("Untermiete")
    FLATMATE = "flatmate", _("Mitbewohnerin, Mitbewohner")
    OTHER = "other", _("anderes")


class SleepingPlace(models.TextChoices):
    BED = "bed", _("eigenes Bett")
    SHARED = "shared", _("geteiltes Bett")
    MAKESHIFT = "makeshift", _("Matratze oder Sofa")
    NONE = "none", _("kein fester Schlafplatz")


RESIDENT = "resident"  # the right to see which person's record an entry is about

#: Who inspects counts people and their ages; that somebody is on record as a newcomer is not told.
ENTRY_RIGHTS: dict[str, Grants] = {
    code: {**grants, **grant(RESIDENT, ALL)}
    if code in ("clearing", "data_office", "data_protection")
    else grants
    for code, grants in PLAN_RIGHTS.items()
}


def _counted(label: Any) -> models.CharField:
    return models.CharField(label, max_length=8, choices=Counted.choices, default=Counted.UNKNOWN)


class OccupancyEntry(Recorded):
    """One resident of a plan. The most exact of what is known of the age counts.

    In this order: the birth date of the person's own record, the date, the year (and month) of
    birth given here, the age in years on the plan's day, and at last the age group.
    """

    policy_class = EntryPolicy

    plan = models.ForeignKey(
        OccupancyPlan,
        on_delete=models.CASCADE,
        related_name="entries",
        verbose_name=_("Belegungsplan"),
    )
    number = models.PositiveSmallIntegerField(
        _("Nr. im Plan"), validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("Raum"),
    )
    person = models.ForeignKey(
        "people.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="occupancy",
        verbose_name=_("Person"),
        help_text=_("Nur, wenn die Person hier geführt wird. Sonst genügt die Altersangabe."),
    )
    age_group = models.CharField(
        _("Altersgruppe"), max_length=8, choices=AgeGroup.choices, default=AgeGroup.UNKNOWN
    )
    age = models.PositiveSmallIntegerField(
        _("Alter am Stichtag"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(_OLDEST)],
        help_text=_("In vollen Jahren. Nur, wenn kein Geburtsdatum bekannt ist."),
    )
    birth_date = models.DateField(_("Geburtsdatum"), null=True, blank=True)
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
    stated = _counted(_("nach Angabe"))
    seen = _counted(_("angetroffen"))
    registered = _counted(_("gemeldet"))
    relation = models.CharField(_("Stellung"), max_length=12, choices=Relation.choices, blank=True)
    since = models.DateField(_("wohnt hier seit"), null=True, blank=True)
    until = models.DateField(
        _("wohnt hier bis"), null=True, blank=True, help_text=_("Letzter Tag in der Wohnung.")
    )
    sleeping_place = models.CharField(
        _("Schlafplatz"), max_length=12, choices=SleepingPlace.choices, blank=True
    )

    collection = Collection(
        prefix="BLE",
        icon="user",
        menu="housing",
        order=45,
        key=("plan", "number"),
        ordering=("plan", "number", "pk"),
        sections=(
            Section(
                _("Im Plan"),
                Field("plan", listed=True, filtered=True),
                Field("number", listed=True, synonyms=("Nr.", "lfd. Nr.", "Nummer")),
                Field("room", listed=True),
            ),
            Section(
                _("Wer"),
                Field("person", personal=True, right=RESIDENT),
                Field("age_group", listed=True, filtered=True, synonyms=("Erwachsen/Kind",)),
                Field("age", personal=True, synonyms=("Alter", "Jahre")),
                Field("birth_date", personal=True, synonyms=("geboren am", "geb.")),
                Field("birth_year", personal=True, synonyms=("Jahrgang",)),
                Field("birth_month", personal=True),
                Field("relation", personal=True, synonyms=("Verwandtschaft",)),
            ),
            Section(
                _("Gezählt"),
                Field("stated", listed=True, filtered=True, synonyms=("angegeben",)),
                Field("seen", listed=True, filtered=True, synonyms=("vor Ort",)),
                Field("registered", listed=True, filtered=True, synonyms=("im Melderegister",)),
            ),
            Section(
                _("Wohnen"),
                Field("since", personal=True, synonyms=("Einzug", "seit")),
                Field("until", personal=True, synonyms=("Auszug", "bis")),
                Field("sleeping_place", personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=ENTRY_RIGHTS,
    )

    class Meta:
        verbose_name = _("Belegungseintrag")
        verbose_name_plural = _("Belegungseinträge")
        indexes = [models.Index(fields=["plan", "number", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="buildings_entry_once",
                violation_error_message=_("Diese Nummer gibt es in diesem Plan schon."),
            ),
            models.CheckConstraint(
                condition=models.Q(birth_month__isnull=True) | models.Q(birth_year__isnull=False),
                name="buildings_entry_month_of_a_year",
                violation_error_message=_("Zum Geburtsmonat fehlt das Geburtsjahr."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True)
                | models.Q(since__isnull=True)
                | models.Q(until__gte=models.F("since")),
                name="buildings_entry_until_after_since",
                violation_error_message=_("„wohnt hier bis“ liegt vor „wohnt hier seit“."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if not self.plan.is_open:
            message = _now("%(plan)s ist kein Entwurf mehr. Bitte den Plan neu fortschreiben.")
            raise ValidationError({"plan": message % {"plan": self.plan.reference}})
        if self.room and self.room.dwelling_id != self.plan.dwelling_id:
            raise ValidationError({"room": _now("Dieser Raum gehört zu einer anderen Wohnung.")})
        if self.unit_id != self.plan.unit_id:
            # Else whoever may add entries of their own unit would add to every plan they can see.
            message = _now("Ein Eintrag gehört zur selben Stelle wie sein Plan: %(unit)s.")
            raise ValidationError({"unit": message % {"unit": self.plan.unit}})
        self._refuse_two_ages()

    def _refuse_two_ages(self) -> None:
        given = [n for n in ("birth_date", "birth_year", "age") if getattr(self, n) is not None]
        if len(given) > 1:
            raise ValidationError(
                {given[-1]: _now("Bitte nur eine Angabe: Geburtsdatum, Geburtsjahr oder Alter.")}
            )
        if self.birth_date and self.birth_date > self.plan.as_of:
            raise ValidationError(
                {"birth_date": _now("Das Geburtsdatum liegt nach dem Stichtag des Plans.")}
            )
        if self.birth_year and self.birth_year > self.plan.as_of.year:
            raise ValidationError(
                {"birth_year": _now("Das Geburtsjahr liegt nach dem Stichtag des Plans.")}
            )
        self._refuse_contradiction()

    def _refuse_contradiction(self) -> None:
        """ "erwachsen" and "4 Jahre" cannot both be right."""
        day, born = self.plan.as_of, self.born_here
        wrong = {
            AgeGroup.ADULT: born.surely_below(ages.ADULT, day),
            AgeGroup.CHILD: born.surely_reached(ages.ADULT, day),
        }
        if wrong.get(AgeGroup(self.age_group), False):
            raise ValidationError(
                {"age_group": _now("Altersgruppe und Alter passen nicht zusammen.")}
            )

    @property
    def born_here(self) -> ages.Born:
        """When the resident was born, as far as this entry itself knows."""
        day = self.plan.as_of
        if self.birth_date:
            return ages.born_on(self.birth_date)
        if self.birth_year:
            return ages.born_in(self.birth_year, self.birth_month)
        if self.age is not None:
            return ages.aged(self.age, day)
        if self.age_group == AgeGroup.ADULT:
            return ages.grown_up(day)
        return ages.minor(day) if self.age_group == AgeGroup.CHILD else ages.somebody(day)

    @property
    def born(self) -> ages.Born:
        """When the resident was born, as exactly as anybody knows."""
        if self.person is not None and self.person.birth_date:
            return ages.born_on(self.person.birth_date)
        return self.born_here

    def as_resident(self) -> Resident:
        return Resident(self.born, self.stated, self.seen, self.registered, self.since, self.until)
