"""Referrals, and the consents they rest on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.interviews.rules import Topic
from cases.models.interviews import IntakeInterview
from cases.models.rights import CONSENT_RIGHTS, REFERRAL_RIGHTS
from cases.policy import ConsentPolicy, ReferralPolicy
from cases.referrals import rules
from catalogue import Collection, Field, Section
from history.models import Recorded
from people.codes import languages
from people.models import Person


class Consent(Recorded):
    """One person's consent: one purpose, one recipient, in the language it was explained in.

    `wording`: which text was read out or signed ("Fassung 2 vom 01.10.2026, ro").
    """

    policy_class = ConsentPolicy

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="consents", verbose_name=_("Person")
    )
    purpose = models.CharField(_("Zweck"), max_length=14, choices=rules.Purpose.choices)
    to_unit = models.ForeignKey(
        "access.OrganisationalUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Empfänger"),
    )
    recipient = models.CharField(
        _("Empfänger außerhalb"),
        max_length=160,
        blank=True,
        help_text=_("Nur, wenn die Stelle hier nicht zur Auswahl steht."),
    )
    language = models.CharField(_("Erklärt auf"), max_length=3, choices=languages())
    wording = models.CharField(_("Fassung des Textes"), max_length=120, blank=True)
    given_on = models.DateField(_("Erteilt am"), default=timezone.localdate)
    method = models.CharField(_("Wie erteilt"), max_length=14, choices=rules.Method.choices)
    expires_on = models.DateField(_("Gilt bis"), null=True, blank=True)
    withdrawn_on = models.DateField(
        _("Widerrufen am"), null=True, blank=True, help_text=_("Leer lassen: heute.")
    )
    state = models.CharField(
        _("Stand"),
        max_length=10,
        choices=rules.ConsentState.choices,
        default=rules.ConsentState.GIVEN,
    )

    collection = Collection(
        prefix="EWI",
        imported=False,
        icon="check",
        menu="people",
        order=50,
        key=("person", "purpose", "given_on"),
        ordering=("-given_on", "-pk"),
        sections=(
            Section(
                _("Einwilligung"),
                Field("person", listed=True),
                Field("purpose", listed=True, filtered=True),
                Field("to_unit", listed=True),
                Field("recipient", listed=True, personal=True),
                Field("language", listed=True),
                Field("wording"),
                Field("given_on", listed=True, filtered=True),
                Field("method"),
                Field("expires_on"),
            ),
            Section(
                _("Widerruf"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("withdrawn_on", entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=CONSENT_RIGHTS,
    )

    class Meta:
        verbose_name = _("Einwilligung")
        verbose_name_plural = _("Einwilligungen")
        indexes = [models.Index(fields=["-given_on", "-id"])]

    def clean(self) -> None:
        super().clean()
        faults: dict[str, object] = {}
        if self.to_unit_id is None and not self.recipient:
            faults["to_unit"] = _("Bitte sagen, wer die Angaben bekommen darf.")
        if self.to_unit_id is not None and self.recipient:
            faults["recipient"] = _("Bitte nur eine Stelle nennen: hier oder außerhalb.")
        if self.given_on and self.given_on > timezone.localdate():
            faults["given_on"] = _("Dieser Tag liegt in der Zukunft.")
        faults |= self._withdrawal_faults()
        if self.expires_on and self.given_on and self.expires_on < self.given_on:
            faults["expires_on"] = _("Das Ende liegt vor dem Beginn.")
        if faults:
            raise ValidationError(faults)

    def _withdrawal_faults(self) -> dict[str, object]:
        if self.withdrawn_on is None:
            return {}
        if self.withdrawn_on > timezone.localdate():
            return {"withdrawn_on": _("Dieser Tag liegt in der Zukunft.")}
        if self.given_on and self.withdrawn_on < self.given_on:
            return {"withdrawn_on": _("Der Widerruf liegt vor der Einwilligung.")}
        return {}


class Referral(Recorded):
    """Somebody is sent to somebody who helps. It carries all that the other side gets to read.

    `subject_text`: who it is about, as the consent allows it to be told. `content_text`: what the
    other side has to know. `feedback_text`: what it answers. The responsible unit is the sender.
    """

    policy_class = ReferralPolicy

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("Person")
    )
    interview = models.ForeignKey(
        IntakeInterview,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("Gespräch"),
    )
    drafted_on = models.DateField(_("Angelegt am"), default=timezone.localdate)
    topic = models.CharField(_("Thema"), max_length=10, choices=Topic.choices)
    to_unit = models.ForeignKey(
        "access.OrganisationalUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("An"),
        help_text=_("Stellen, die hier ein Konto haben, antworten selbst."),
    )
    recipient = models.CharField(
        _("An (außerhalb)"),
        max_length=160,
        blank=True,
        help_text=_("Beratungsangebot oder Behörde ohne Konto. Die Antwort tragen Sie dann ein."),
    )
    subject_text = models.CharField(
        _("Um wen es geht"),
        max_length=300,
        blank=True,
        help_text=_("So, wie es die andere Stelle lesen soll: Name, Geburtsdatum, Erreichbarkeit."),
    )
    content_text = models.TextField(
        _("Worum es geht"),
        max_length=2000,
        blank=True,
        help_text=_("Nur, was die andere Stelle zum Helfen braucht."),
    )
    basis = models.CharField(
        _("Grundlage"), max_length=16, choices=rules.Basis.choices, default=rules.Basis.CONSENT
    )
    basis_ref = models.CharField(
        _("Vorschrift oder Begründung"),
        max_length=200,
        blank=True,
        help_text=_("Zum Beispiel: § 8a SGB VIII. Nur, wenn keine Einwilligung zugrunde liegt."),
    )
    consent = models.ForeignKey(
        Consent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("Einwilligung"),
    )
    channel = models.CharField(_("Weg"), max_length=12, choices=rules.Channel.choices, blank=True)
    state = models.CharField(
        _("Stand"), max_length=14, choices=rules.State.choices, default=rules.State.DRAFT
    )
    sent_at = models.DateTimeField(_("Gesendet am"), null=True, blank=True)
    answered_at = models.DateTimeField(_("Beantwortet am"), null=True, blank=True)
    outcome = models.CharField(
        _("Ergebnis"), max_length=14, choices=rules.Outcome.choices, blank=True
    )
    feedback_text = models.TextField(_("Rückmeldung"), max_length=2000, blank=True)

    collection = Collection(
        prefix="VER",
        icon="mail",
        menu="people",
        order=40,
        key=("person", "topic", "drafted_on"),
        ordering=("-drafted_on", "-pk"),
        sections=(
            Section(
                _("Vermittlung"),
                Field("person", listed=True),
                Field("interview"),
                Field("drafted_on", listed=True, filtered=True),
                Field("topic", listed=True, filtered=True, personal=True),
                Field("to_unit", listed=True),
                Field("recipient", listed=True, personal=True),
                Field("subject_text", personal=True),
                Field("content_text", personal=True),
            ),
            Section(
                _("Grundlage"),
                Field("basis", filtered=True),
                Field("basis_ref", personal=True),
                Field("consent", exchanged=False),
            ),
            Section(
                _("Weg und Antwort"),
                Field("channel", entered=False),
                Field("state", listed=True, filtered=True, entered=False),
                Field("sent_at", listed=True, entered=False),
                Field("answered_at", entered=False),
                Field("outcome", filtered=True, entered=False, personal=True),
                Field("feedback_text", entered=False, personal=True),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=REFERRAL_RIGHTS,
    )

    class Meta:
        verbose_name = _("Vermittlung")
        verbose_name_plural = _("Vermittlungen")
        indexes = [
            models.Index(fields=["-drafted_on", "-id"]),
            models.Index(fields=["to_unit", "state"]),
        ]

    def clean(self) -> None:
        super().clean()
        faults: dict[str, object] = {}
        if self.to_unit_id is None and not self.recipient:
            faults["to_unit"] = _("Bitte sagen, an wen vermittelt wird.")
        if self.to_unit_id is not None and self.recipient:
            faults["recipient"] = _("Bitte nur eine Stelle nennen: hier oder außerhalb.")
        if self.basis != rules.Basis.CONSENT and not self.basis_ref:
            faults["basis_ref"] = _("Bitte die Vorschrift oder die Begründung nennen.")
        if self.consent is not None and self.consent.person_id != self.person_id:
            faults["consent"] = _("Diese Einwilligung hat eine andere Person gegeben.")
        if self.channel == rules.Channel.HERE and self.to_unit_id is None:
            faults["channel"] = _("Diese Stelle hat hier kein Konto. Bitte einen anderen Weg.")
        if faults:
            raise ValidationError(faults)
