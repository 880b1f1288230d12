"""How a measure goes on, from the proposal to its end: the table of its steps. Pure.

§ 28 VwVfG (hearing), §§ 37, 39, 41 VwVfG (form, reasons, service of an order), § 80 VwGO (effect of
an objection); the acts themselves under WoAufG LSA.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow import Transition


class MeasureKind(TextChoices):
    UNDERTAKING = "voluntary_undertaking", _("freiwillige Zusage")
    REMEDIATION = "remediation_order", _("Mängelbeseitigung")
    UNFITNESS = "unfitness_declaration", _("Unbewohnbarkeitserklärung")
    OCCUPANCY = "occupancy_reduction", _("Reduzierung der Belegung")
    WASTE = "waste_removal", _("Entsorgung von Müll")
    ENTRY = "entry_order", _("Duldung des Betretens")
    INFORMATION = "information_order", _("Auskunft der Wohnungsgeberseite")
    USE_PROHIBITION = "use_prohibition", _("Nutzungsuntersagung (Abgabe an Bauaufsicht)")
    FINE = "fine_referral", _("Abgabe an die Bußgeldstelle")


#: On what a measure of a kind rests as a rule; the office may write another norm.
LEGAL_BASIS = {
    MeasureKind.REMEDIATION: "§ 5 WoAufG LSA",
    MeasureKind.UNFITNESS: "§ 6 WoAufG LSA",
    MeasureKind.OCCUPANCY: "§ 7 WoAufG LSA",
    MeasureKind.WASTE: "§ 5 WoAufG LSA",
    MeasureKind.ENTRY: "§ 8 WoAufG LSA",
    MeasureKind.INFORMATION: "§ 19 Abs. 5 BMG",
    MeasureKind.FINE: "§ 9 WoAufG LSA",
}
#: What another authority decides: no hearing and no order of ours.
HANDED_OVER = (MeasureKind.USE_PROHIBITION, MeasureKind.FINE)
#: Done by a letter: no visit could see it.
ANSWERED_IN_WRITING = (MeasureKind.INFORMATION,)
#: Nobody is heard before these.
UNHEARD = (*HANDED_OVER, MeasureKind.UNDERTAKING)


class MeasureState(TextChoices):
    PROPOSED = "proposed", _("vorgeschlagen")
    HEARING = "hearing", _("Anhörung läuft")
    ASSESSED = "hearing_assessed", _("Anhörung ausgewertet")
    DRAFT = "draft_order", _("Bescheid im Entwurf")
    IN_APPROVAL = "in_approval", _("zur Freigabe")
    APPROVED = "approved", _("freigegeben")
    ISSUED = "issued", _("Bescheid erlassen")
    RUNNING = "running", _("zugestellt, Frist läuft")
    VOLUNTARY = "voluntary", _("Zusage läuft")
    BREACHED = "breached", _("nicht erfüllt")
    ENFORCING = "enforcing", _("Vollstreckung")
    COMPLIED = "complied", _("erfüllt")
    SETTLED = "settled", _("durchgesetzt oder abgegeben")
    WITHDRAWN = "withdrawn", _("aufgehoben")


_S = MeasureState
ENDED = (_S.COMPLIED, _S.SETTLED, _S.WITHDRAWN)
#: An order is out and not settled: the place counts as "Maßnahme läuft".
ORDERED = (_S.ISSUED, _S.RUNNING, _S.BREACHED, _S.ENFORCING)
#: Its deadline runs, and then somebody looks.
AWAITED = (_S.RUNNING, _S.VOLUNTARY)
FAILED = (_S.BREACHED, _S.ENFORCING)
#: Nothing has left the house yet.
BEFORE_ISSUE = (_S.PROPOSED, _S.HEARING, _S.ASSESSED, _S.DRAFT, _S.IN_APPROVAL, _S.APPROVED)


class AppealState(TextChoices):
    NONE = "none", _("kein Widerspruch")
    PENDING = "pending", _("Widerspruch anhängig")
    REJECTED = "rejected", _("Widerspruch zurückgewiesen")
    UPHELD = "upheld", _("Widerspruch erfolgreich")


class PenaltyKind(TextChoices):
    """Means of coercion, threatened in the order and used when nothing happens."""

    PAYMENT = "penalty_payment", _("Zwangsgeld")
    SUBSTITUTE = "substitute_performance", _("Ersatzvornahme")
    DIRECT = "direct_force", _("unmittelbarer Zwang, Versiegelung")


class WaiverGround(TextChoices):
    """Why somebody need not be heard first (§ 28 (2) and (3) VwVfG)."""

    DANGER = "imminent_danger", _("Gefahr im Verzug (§ 28 Abs. 2 Nr. 1 VwVfG)")
    PUBLIC_INTEREST = "public_interest", _("sofortige Entscheidung nötig (§ 28 Abs. 2 Nr. 1 VwVfG)")
    DEADLINE = "deadline_at_risk", _("Frist in Frage gestellt (§ 28 Abs. 2 Nr. 2 VwVfG)")
    AS_STATED = "as_stated", _("nicht abgewichen von eigenen Angaben (§ 28 Abs. 2 Nr. 3 VwVfG)")
    ENFORCEMENT = "enforcement", _("Maßnahme der Vollstreckung (§ 28 Abs. 2 Nr. 5 VwVfG)")
    COMPELLING = "compelling", _("zwingendes öffentliches Interesse (§ 28 Abs. 3 VwVfG)")


PROCEED, APPROVE, WAIVE = "proceed", "approve", "waive"

#: What an order says; drafted together, frozen together.
DRAFTED = (
    "required_action",
    "facts",
    "legal_basis",
    "legal_reasons",
    "discretion",
    "deadline_on",
    "penalty_kind",
    "penalty_amount",
    "immediate_enforcement",
    "immediate_reasons",
)
_NEEDED = ("required_action", "facts", "legal_basis", "legal_reasons", "discretion")
_DRAFTING = _(
    "Wer zuletzt entwirft, gibt nicht frei. Ohne Frist gilt die Regelfrist des schwersten Mangels "
    "von heute an."
)

MEASURE = (
    Transition(
        verb="start_hearing",
        label=_("Anhörung versenden"),
        sources=(_S.PROPOSED,),
        target=_S.HEARING,
        right=PROCEED,
        explains=_(
            "Das Schreiben wird ausgestellt und festgehalten; die Frist zur Äußerung beginnt. "
            "Sehen Sie vorher die Vorschau an."
        ),
    ),
    Transition(
        verb="waive_hearing",
        label=_("Ohne Anhörung weiter"),
        sources=(_S.PROPOSED,),
        target=_S.DRAFT,
        right=WAIVE,
        reason=True,
        explains=_(
            "Der Bescheid wird ohne Anhörung vorbereitet. Der Grund steht in der Akte und muss "
            "einer gerichtlichen Prüfung standhalten (§ 28 VwVfG)."
        ),
        danger=True,
    ),
    Transition(
        verb="agree",
        label=_("Zusage festhalten"),
        sources=(_S.PROPOSED,),
        target=_S.VOLUNTARY,
        right=PROCEED,
        sets=("required_action", "deadline_on"),
        requires=("deadline_on",),
        explains=_("Die verantwortliche Seite sagt schriftlich zu, bis wann sie was tut."),
    ),
    Transition(
        verb="hand_over",
        label=_("Abgeben"),
        sources=(_S.PROPOSED,),
        target=_S.SETTLED,
        right=PROCEED,
        sets=("facts", "outcome"),
        requires=("facts", "outcome"),
        explains=_("Eine andere Behörde entscheidet. Die Maßnahme endet hier mit der Abgabe."),
    ),
    Transition(
        verb="return_hearing",
        label=_("Anhörung kam zurück"),
        sources=(_S.HEARING,),
        target=_S.PROPOSED,
        right=PROCEED,
        reason=True,
        explains=_(
            "Niemand ist angehört: Die Frist endet, und es entsteht die Aufgabe „Zustellung klären“. "
            "Danach versenden Sie die Anhörung neu, wenn nötig an einen anderen Adressaten."
        ),
    ),
    Transition(
        verb="record_statement",
        label=_("Stellungnahme erfassen"),
        sources=(_S.HEARING,),
        right=PROCEED,
        explains=_("Was die angehörte Seite vorbringt, mit dem Tag des Eingangs."),
    ),
    Transition(
        verb="assess",
        label=_("Anhörung auswerten"),
        sources=(_S.HEARING,),
        target=_S.ASSESSED,
        right=PROCEED,
        explains=_("Die Würdigung geht in die Begründung des Bescheids ein."),
    ),
    Transition(
        verb="draft",
        label=_("Bescheid entwerfen"),
        sources=(_S.ASSESSED,),
        target=_S.DRAFT,
        right=PROCEED,
        sets=DRAFTED,
        requires=_NEEDED,
        explains=_DRAFTING,
    ),
    Transition(
        verb="revise",
        label=_("Entwurf bearbeiten"),
        sources=(_S.DRAFT,),
        right=PROCEED,
        sets=DRAFTED,
        requires=_NEEDED,
        explains=_DRAFTING,
    ),
    Transition(
        verb="submit",
        label=_("Zur Freigabe vorlegen"),
        sources=(_S.DRAFT,),
        target=_S.IN_APPROVAL,
        right=PROCEED,
        explains=_("Die Leitung erhält eine Aufgabe. Der Entwurf bleibt bis dahin, wie er ist."),
    ),
    Transition(
        verb="approve",
        label=_("Freigeben"),
        sources=(_S.IN_APPROVAL,),
        target=_S.APPROVED,
        right=APPROVE,
        explains=_("Zweites Augenpaar: Danach kann der Bescheid so erlassen werden."),
    ),
    Transition(
        verb="send_back",
        label=_("Mit Hinweis zurückgeben"),
        sources=(_S.IN_APPROVAL, _S.APPROVED),
        target=_S.DRAFT,
        right=APPROVE,
        reason=True,
        explains=_("Der Entwurf geht zurück. Der Hinweis steht im Verlauf und in der Aufgabe."),
    ),
    Transition(
        verb="issue",
        label=_("Bescheid erlassen"),
        sources=(_S.APPROVED,),
        target=_S.ISSUED,
        right=PROCEED,
        explains=_(
            "Der Bescheid bekommt seine Nummer. Wortlaut und Anschrift werden festgeschrieben und "
            "ändern sich nicht mehr; eine Berichtigung ist ein neuer Bescheid."
        ),
        danger=True,
    ),
    Transition(
        verb="post",
        label=_("Absendung eintragen"),
        sources=(_S.ISSUED,),
        target=_S.RUNNING,
        right=PROCEED,
        explains=_(
            "Brief, Einschreiben oder elektronisch: Der Tag des Zugangs wird gerechnet und ist zu "
            "prüfen. Ein Nachweis geht vor."
        ),
    ),
    Transition(
        verb="serve",
        label=_("Förmliche Zustellung veranlassen"),
        sources=(_S.ISSUED,),
        right=PROCEED,
        explains=_(
            "Urkunde, persönlich, Aushang oder öffentlich: Der Zugang gilt erst, wenn er bei der "
            "Zustellung als nachgewiesen eingetragen ist."
        ),
    ),
    Transition(
        verb="delivered",
        label=_("Zugang nachgewiesen"),
        sources=(_S.ISSUED, _S.RUNNING),
        target=_S.RUNNING,
        right=PROCEED,
        offered=False,
    ),
    Transition(
        verb="undeliverable",
        label=_("Sendung kam zurück"),
        sources=(_S.ISSUED, _S.RUNNING),
        target=_S.ISSUED,
        right=PROCEED,
        offered=False,
    ),
    Transition(
        verb="appeal",
        label=_("Widerspruch eintragen"),
        sources=ORDERED,
        right=PROCEED,
        sets=("appeal_on",),
        requires=("appeal_on",),
        explains=_("Er hält die Frist an, außer bei sofortiger Vollziehung (§ 80 VwGO)."),
    ),
    Transition(
        verb="reject_appeal",
        label=_("Widerspruch zurückgewiesen"),
        sources=ORDERED,
        right=PROCEED,
        sets=("deadline_on",),
        requires=("deadline_on",),
        reason=True,
        explains=_("Der Bescheid gilt weiter. Bitte die Frist nennen, die jetzt läuft."),
    ),
    Transition(
        verb="uphold_appeal",
        label=_("Widerspruch erfolgreich"),
        sources=ORDERED,
        target=_S.WITHDRAWN,
        right=PROCEED,
        reason=True,
        explains=_("Der Bescheid ist aufgehoben. Die Maßnahme endet."),
        danger=True,
    ),
    Transition(
        verb="extend",
        label=_("Frist verlängern"),
        sources=(_S.RUNNING, _S.VOLUNTARY),
        right=PROCEED,
        sets=("deadline_on",),
        requires=("deadline_on",),
        reason=True,
        explains=_("Die neue Frist ersetzt die alte. Der Bescheid bleibt, wie er ist."),
    ),
    Transition(
        verb="comply",
        label=_("Erfüllung feststellen"),
        sources=(_S.RUNNING, _S.VOLUNTARY, _S.BREACHED, _S.ENFORCING),
        target=_S.COMPLIED,
        right=PROCEED,
        sets=("verified_in", "outcome"),
        explains=_(
            "Eine festgeschriebene Kontrolle hat es gesehen. Zu einer Auskunft genügt das Ergebnis."
        ),
    ),
    Transition(
        verb="breach",
        label=_("Nichterfüllung feststellen"),
        sources=(_S.RUNNING, _S.VOLUNTARY),
        target=_S.BREACHED,
        right=PROCEED,
        reason=True,
        explains=_("Die Frist ist abgelaufen, und es ist nicht getan, was verlangt war."),
    ),
    Transition(
        verb="enforce",
        label=_("Vollstrecken"),
        sources=(_S.BREACHED,),
        target=_S.ENFORCING,
        right=PROCEED,
        sets=("penalty_amount",),
        reason=True,
        explains=_(
            "Zwangsgeld, Ersatzvornahme oder unmittelbarer Zwang, wie im Bescheid angedroht."
        ),
        danger=True,
    ),
    Transition(
        verb="settle",
        label=_("Vollstreckung abgeschlossen"),
        sources=(_S.ENFORCING,),
        target=_S.SETTLED,
        right=PROCEED,
        sets=("outcome", "costs"),
        requires=("outcome",),
        explains=_("Was durchgesetzt wurde und was es gekostet hat."),
    ),
    Transition(
        verb="correct",
        label=_("Bescheid berichtigen"),
        sources=(_S.ISSUED, _S.RUNNING),
        target=_S.DRAFT,
        right=PROCEED,
        reason=True,
        explains=_(
            "Der erlassene Bescheid bleibt, wie er ist. Ein neuer mit eigener Nummer tritt an seine "
            "Stelle und nennt ihn; er braucht wieder eine Freigabe."
        ),
        danger=True,
    ),
    Transition(
        verb="revoke",
        label=_("Bescheid aufheben"),
        sources=ORDERED,
        target=_S.WITHDRAWN,
        right=APPROVE,
        reason=True,
        explains=_("Rücknahme oder Widerruf (§§ 48, 49 VwVfG). Die Maßnahme endet."),
        danger=True,
    ),
    Transition(
        verb="withdraw",
        label=_("Maßnahme fallen lassen"),
        sources=BEFORE_ISSUE,
        target=_S.WITHDRAWN,
        right=PROCEED,
        reason=True,
        explains=_("Die Maßnahme wird nicht weiterverfolgt. Nichts davon verlässt mehr das Haus."),
        danger=True,
    ),
)
