"""Support cases and contact notes. The most sensitive tables of the house."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.referrals import Referral
from cases.models.rights import NOTE_RIGHTS, SUPPORT_RIGHTS
from cases.policy import NotePolicy, SupportPolicy
from cases.support import rules
from catalogue import Collection, Field, Section
from history.models import Recorded
from people.models import Person


class SupportCase(Recorded):
    """A person or family accompanied by one team, for a goal of their own."""

    policy_class = SupportPolicy

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="support_cases", verbose_name=_("Person")
    )
    opened_on = models.DateField(_("Eröffnet am"), default=timezone.localdate)
    referral = models.ForeignKey(
        Referral,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="support_cases",
        verbose_name=_("Aus Vermittlung"),
    )
    urgency = models.CharField(
        _("Dringlichkeit"),
        max_length=8,
        choices=rules.Urgency.choices,
        default=rules.Urgency.NORMAL,
    )
    case_worker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Begleitet von"),
        limit_choices_to={"is_active": True},
    )
    state = models.CharField(
        _("Stand"), max_length=12, choices=rules.State.choices, default=rules.State.OPEN
    )
    situation = models.TextField(_("Lage"), max_length=4000, blank=True)
    goal = models.TextField(_("Ziel"), max_length=1000, blank=True)
    next_step = models.CharField(_("Nächster Schritt"), max_length=300, blank=True)
    next_on = models.DateField(_("Nächster Schritt am"), null=True, blank=True)
    close_reason = models.CharField(
        _("Grund des Endes"), max_length=16, choices=rules.CloseReason.choices, blank=True
    )
    closed_on = models.DateField(_("Beendet am"), null=True, blank=True)

    collection = Collection(
        prefix="BTF",
        icon="folder-open-1",
        menu="people",
        order=55,
        key=("person", "opened_on"),
        ordering=("-opened_on", "-pk"),
        sections=(
            Section(
                _("Betreuungsfall"),
                Field("person", listed=True),
                Field("opened_on", listed=True, filtered=True),
                Field("referral", exchanged=False),
                Field("urgency", listed=True, filtered=True),
                Field("case_worker", listed=True, exchanged=False),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(
                _("Lage und Ziel"),
                Field("situation", personal=True),
                Field("goal", personal=True),
                Field("next_step", personal=True),
                Field("next_on", listed=True, filtered=True),
            ),
            Section(
                _("Ende"),
                Field("close_reason", filtered=True, entered=False),
                Field("closed_on", filtered=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=SUPPORT_RIGHTS,
    )

    class Meta:
        verbose_name = _("Betreuungsfall")
        verbose_name_plural = _("Betreuungsfälle")
        indexes = [models.Index(fields=["-opened_on", "-id"])]

    @property
    def is_settled(self) -> bool:
        return self.state in rules.SETTLED

    def clean(self) -> None:
        super().clean()
        faults: dict[str, object] = {}
        if self.next_step and not self.next_on:
            faults["next_on"] = _("Bis wann? Daraus wird eine Aufgabe.")
        if self.referral is not None and self.referral.person_id != self.person_id:
            faults["referral"] = _("Diese Vermittlung betrifft eine andere Person.")
        if faults:
            raise ValidationError(faults)


class ContactNote(Recorded):
    """What happened at one contact, for the team alone."""

    policy_class = NotePolicy

    support_case = models.ForeignKey(
        SupportCase,
        on_delete=models.CASCADE,
        related_name="notes",
        verbose_name=_("Betreuungsfall"),
    )
    at = models.DateTimeField(_("Wann"), default=timezone.now)
    kind = models.CharField(_("Art"), max_length=12, choices=rules.ContactKind.choices)
    present = models.CharField(_("Dabei waren"), max_length=200, blank=True)
    text = models.TextField(_("Vermerk"), max_length=8000, blank=True)
    next_step = models.CharField(_("Nächster Schritt"), max_length=300, blank=True)
    next_on = models.DateField(_("bis zum"), null=True, blank=True)

    collection = Collection(
        prefix="KON",
        icon="edit",
        menu="people",
        order=56,
        key=("support_case", "at"),
        ordering=("-at", "-pk"),
        sections=(
            Section(
                _("Kontakt"),
                Field("support_case", listed=True, filtered=True),
                Field("at", listed=True, filtered=True),
                Field("kind", listed=True, filtered=True),
                Field("present", personal=True),
                Field("text", personal=True),
            ),
            Section(
                _("Wie es weitergeht"),
                Field("next_step", personal=True),
                Field("next_on", listed=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=NOTE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Kontaktvermerk")
        verbose_name_plural = _("Kontaktvermerke")
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["support_case", "-at"]),
        ]

    def clean(self) -> None:
        super().clean()
        if self.next_step and not self.next_on:
            raise ValidationError({"next_on": _("Bis wann? Daraus wird eine Aufgabe.")})
