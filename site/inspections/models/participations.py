"""Who comes along: colleagues of the team, and other authorities with a sheet of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import UNIT, Collection, Field, Section, grant
from inspections import rules
from inspections.models.locking import PartOfInspection
from inspections.models.rights import PART_RIGHTS
from inspections.models.visits import Inspection
from inspections.policy import ParticipationPolicy, PartPolicy


class TeamMember(PartOfInspection):
    """A colleague who takes part in an inspection."""

    policy_class = PartPolicy

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="team", verbose_name=_("Kontrolle")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Kollegin oder Kollege"),
        limit_choices_to={"is_active": True},
    )
    task = models.CharField(
        _("Aufgabe"), max_length=80, blank=True, help_text=_("Zum Beispiel: Fotos, Gespräch.")
    )

    collection = Collection(
        prefix="TEA",
        imported=False,
        icon="group",
        menu="inspections",
        order=60,
        key=("inspection", "member"),
        ordering=("inspection", "pk"),
        sections=(
            Section(
                _("Team"),
                Field("inspection", listed=True, filtered=True),
                Field("member", listed=True),
                Field("task", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights=PART_RIGHTS,
    )

    class Meta:
        verbose_name = _("Teammitglied")
        verbose_name_plural = _("Team")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "member"],
                name="inspections_member_once",
                violation_error_message=_("Diese Person gehört schon zum Team."),
            )
        ]


class Participation(PartOfInspection):
    """The sheet of one invited authority. It sees this and nothing else of the inspection.

    What the authority writes (`person_name`, `own_findings`, `own_follow_up`) comes in by steps,
    also after the city has locked its own report.
    """

    policy_class = ParticipationPolicy

    inspection = models.ForeignKey(
        Inspection,
        on_delete=models.CASCADE,
        related_name="participations",
        verbose_name=_("Kontrolle"),
    )
    invited = models.ForeignKey(
        "access.OrganisationalUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Eingeladene Behörde"),
    )
    scope = models.CharField(
        _("Worum die Behörde gebeten wird"),
        max_length=300,
        blank=True,
        help_text=_("Ohne Namen von Bewohnern. Das liest die eingeladene Behörde."),
    )
    requested_on = models.DateField(_("Eingeladen am"), default=timezone.localdate)
    state = models.CharField(
        _("Stand"), max_length=20, choices=rules.Answer.choices, default=rules.Answer.REQUESTED
    )
    person_name = models.CharField(_("Wer kommt"), max_length=120, blank=True)
    own_findings = models.TextField(_("Eigene Feststellungen"), blank=True)
    own_follow_up = models.TextField(_("Was die Behörde selbst veranlasst"), blank=True)

    collection = Collection(
        prefix="TLN",
        imported=False,
        icon="mail",
        menu="inspections",
        order=20,
        key=("inspection", "invited"),
        ordering=("-requested_on", "-pk"),
        sections=(
            Section(
                _("Einladung"),
                Field("inspection", listed=True, filtered=True),
                Field("invited", listed=True),
                Field("scope", listed=True),
                Field("requested_on", listed=True, filtered=True),
            ),
            Section(
                _("Antwort der Behörde"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("person_name", entered=False, personal=True, exchanged=False),
                Field("own_findings", entered=False, personal=True, exchanged=False),
                Field("own_follow_up", entered=False, personal=True, exchanged=False),
            ),
            Section(_("Zuständigkeit"), Field("unit")),
        ),
        rights={
            "inspection": grant("view add change delete export answer proceed", UNIT),
            "head_of_office": PART_RIGHTS["head_of_office"],
            "data_protection": PART_RIGHTS["data_protection"],
            "guest": grant("view answer", UNIT),
        },
    )

    class Meta:
        verbose_name = _("Beteiligung einer Behörde")
        verbose_name_plural = _("Beteiligungen von Behörden")
        indexes = [
            models.Index(fields=["-requested_on", "-id"]),
            models.Index(fields=["invited", "-requested_on"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "invited"],
                name="inspections_invited_once",
                violation_error_message=_(
                    "Diese Behörde ist zu dieser Kontrolle schon eingeladen."
                ),
            )
        ]

    def clean(self) -> None:
        """The invitation is the city's and locked with its report; the answer is not."""
        theirs = ("inspection_id", "invited_id", "scope", "requested_on", "unit_id")
        stored = type(self)._default_manager.filter(pk=self.pk).values(*theirs).first()
        if stored is None or any(getattr(self, name) != stored[name] for name in theirs):
            super().clean()
