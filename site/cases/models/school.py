"""Schools, and the place of one child at one of them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.referrals import Referral
from cases.models.rights import SCHOOL_REGISTER_RIGHTS, SCHOOL_RIGHTS
from cases.policy import PlacementPolicy
from cases.school import rules
from catalogue import Collection, Field, Section
from history.models import Recorded
from people.models import Person


class School(Recorded):
    """A school of town or district, with the places of its arrival class."""

    name = models.CharField(_("Name"), max_length=160)
    kind = models.CharField(_("Schulform"), max_length=10, choices=rules.SchoolKind.choices)
    address = models.CharField(_("Anschrift"), max_length=200, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    arrival_places = models.PositiveSmallIntegerField(
        _("Plätze in der Ankunftsklasse"), null=True, blank=True
    )

    collection = Collection(
        prefix="SUL",
        icon="home",
        menu="people",
        order=65,
        key=("name",),
        ordering=("name", "pk"),
        sections=(
            Section(
                _("Schule"),
                Field("name", listed=True, searched=True),
                Field("kind", listed=True, filtered=True),
                Field("address", listed=True),
                Field("phone"),
                Field("arrival_places", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=SCHOOL_REGISTER_RIGHTS,
    )

    class Meta:
        verbose_name = _("Schule")
        verbose_name_plural = _("Schulen")
        indexes = [models.Index(fields=["name", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="cases_school_once",
                violation_error_message=_("Diese Schule gibt es schon."),
            )
        ]


class SchoolPlacement(Recorded):
    """One child's way to a school. `compulsory_from`: worked out from birth and arrival."""

    policy_class = PlacementPolicy

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="placements", verbose_name=_("Kind")
    )
    reported_on = models.DateField(_("Gemeldet am"), default=timezone.localdate)
    referral = models.ForeignKey(
        Referral,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name=_("Aus Vermittlung"),
    )
    arrived_on = models.DateField(_("Zugezogen am"), null=True, blank=True)
    compulsory_from = models.DateField(
        _("Schulpflichtig ab"),
        null=True,
        blank=True,
        help_text=_("Leer lassen: wird aus Geburtsdatum und Zuzug bestimmt."),
    )
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name=_("Schule"),
    )
    kind = models.CharField(
        _("Art des Platzes"), max_length=14, choices=rules.PlacementKind.choices, blank=True
    )
    grade = models.PositiveSmallIntegerField(
        _("Klassenstufe"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(13)],
    )
    state = models.CharField(
        _("Stand"), max_length=10, choices=rules.State.choices, default=rules.State.REPORTED
    )
    waiting_since = models.DateField(_("Auf der Warteliste seit"), null=True, blank=True)
    starts_on = models.DateField(_("Erster Schultag"), null=True, blank=True)
    ended_on = models.DateField(_("Beendet am"), null=True, blank=True)
    end_reason = models.CharField(
        _("Grund des Endes"), max_length=10, choices=rules.EndReason.choices, blank=True
    )
    medical_exam_on = models.DateField(_("Schuleingangsuntersuchung am"), null=True, blank=True)
    attendance_concern = models.BooleanField(_("Fehlt häufig"), null=True, blank=True)
    note = models.TextField(_("Vermerk"), max_length=4000, blank=True)

    collection = Collection(
        prefix="SPZ",
        icon="calendar-check",
        menu="people",
        order=60,
        key=("person", "reported_on"),
        ordering=("-reported_on", "-pk"),
        sections=(
            Section(
                _("Kind"),
                Field("person", listed=True),
                Field("reported_on", listed=True, filtered=True),
                Field("referral", exchanged=False),
                Field("arrived_on", personal=True),
                Field("compulsory_from", listed=True, filtered=True),
                Field("medical_exam_on", personal=True),
            ),
            Section(
                _("Platz"),
                Field("school", listed=True, filtered=True),
                Field("kind", listed=True, filtered=True),
                Field("grade"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("waiting_since"),
                Field("starts_on", listed=True),
                Field("ended_on", entered=False),
                Field("end_reason", entered=False),
            ),
            Section(
                _("Begleitung"),
                Field("attendance_concern", filtered=True, personal=True),
                Field("note", personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=SCHOOL_RIGHTS,
    )

    class Meta:
        verbose_name = _("Schulplatz")
        verbose_name_plural = _("Schulplätze")
        indexes = [
            models.Index(fields=["-reported_on", "-id"]),
            models.Index(fields=["school", "state", "waiting_since"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state=rules.State.ENDED),
                name="cases_placement_open_once",
                violation_error_message=_("Für dieses Kind läuft schon eine Schulplatzsuche."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.referral is not None and self.referral.person_id != self.person_id:
            raise ValidationError({"referral": _("Diese Vermittlung betrifft eine andere Person.")})
