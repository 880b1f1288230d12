"""Persons met at an inspection: counted first, named only where it is needed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import ALL, UNIT, Collection, Field, Section, grant
from inspections.models.locking import PartOfInspection
from inspections.models.rights import PART_RIGHTS
from inspections.models.visits import Inspection
from inspections.policy import PartPolicy


class AgeGroup(models.TextChoices):
    ADULT = "adult", _("erwachsen")
    CHILD = "child", _("Kind ab 6 Jahren")
    SMALL_CHILD = "small_child", _("Kind unter 6 Jahren")


class Seen(models.TextChoices):
    """Whether a document was shown. Which one, and its number, is never written down."""

    YES = "yes", _("gezeigt")
    NO = "no", _("nicht gezeigt")
    NOT_ASKED = "not_asked", _("nicht gefragt")


class PresentPerson(PartOfInspection):
    """One person met. "Person 3" is enough; the name only where something hangs on it."""

    policy_class = PartPolicy

    inspection = models.ForeignKey(
        Inspection,
        on_delete=models.CASCADE,
        related_name="present_persons",
        verbose_name=_("Kontrolle"),
    )
    number = models.PositiveSmallIntegerField(_("Person Nr."))
    age_group = models.CharField(_("Alter"), max_length=12, choices=AgeGroup.choices)
    name = models.CharField(
        _("Name"),
        max_length=160,
        blank=True,
        help_text=_("Nur, wenn es auf die Person ankommt, etwa für eine Anhörung."),
    )
    document_seen = models.CharField(
        _("Ausweis"), max_length=10, choices=Seen.choices, default=Seen.NOT_ASKED
    )
    lives_here_since = models.DateField(
        _("wohnt hier nach eigener Angabe seit"), null=True, blank=True
    )
    sleeping_place = models.CharField(_("Schlafplatz"), max_length=80, blank=True)
    note = models.CharField(_("Bemerkung"), max_length=200, blank=True)

    collection = Collection(
        prefix="ANW",
        icon="user",
        menu="inspections",
        order=50,
        key=("inspection", "number"),
        ordering=("inspection", "number", "pk"),
        sections=(
            Section(
                _("Angetroffen"),
                Field("inspection", listed=True, filtered=True),
                Field("number", listed=True),
                Field("age_group", listed=True, filtered=True),
                Field("name", personal=True, right="names", exchanged=False),
                Field("document_seen", listed=True, personal=True),
                Field("lives_here_since", personal=True),
                Field("sleeping_place", personal=True),
                Field("note", personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights={
            "inspection": grant("view add change delete export names", UNIT),
            "head_of_office": grant("view export names", ALL),
            "data_protection": PART_RIGHTS["data_protection"],
        },
    )

    class Meta:
        verbose_name = _("angetroffene Person")
        verbose_name_plural = _("angetroffene Personen")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "number"],
                name="inspections_person_once",
                violation_error_message=_("Diese Nummer ist bei dieser Kontrolle schon vergeben."),
            )
        ]
