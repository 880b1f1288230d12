"""How a referral goes on, on what it may rest, and how long a consent holds. Tables, no model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.interviews.rules import Topic
from catalogue.folding import fold
from workflow.table import Transition

PROCEED = "proceed"
ANSWER = "answer"
ANSWER_DUE = "referral.answer"  # the legal figure, and the kind of the deadline
ACCESS = "referral.access"  # the legal figure: how long an accepting unit sees the person
#: Collections whose keepers enforce: whoever works in them is never sent a referral (the wall).
ENFORCING = "inspections."


class State(TextChoices):
    """Where a referral stands (casework 2.3). Overdue is a passed deadline, no state."""

    DRAFT = "draft", _("Entwurf")
    SENT = "sent", _("gesendet")
    ACKNOWLEDGED = "acknowledged", _("eingegangen")
    ACCEPTED = "accepted", _("angenommen")
    DONE = "done", _("erledigt")
    DECLINED = "declined", _("abgelehnt")
    REVOKED = "revoked", _("zurückgezogen")


#: Whoever it was sent to sees it from here on, and no longer once it is revoked.
RECEIVED = (State.SENT, State.ACKNOWLEDGED, State.ACCEPTED, State.DONE, State.DECLINED)
#: Sent and not yet at its end: what a withdrawn consent stops.
UNDER_WAY = (State.SENT, State.ACKNOWLEDGED, State.ACCEPTED)
SETTLED = (State.DONE, State.DECLINED, State.REVOKED)


#: Which teams a topic is most often for: who is proposed first, by role.
TEAMS: dict[str, tuple[str, ...]] = {
    Topic.HOUSING: ("outreach", "neighbourhood"),
    Topic.SCHOOL: ("school_team",),
    Topic.FAMILY: ("outreach",),
    Topic.VIOLENCE: ("outreach",),
    Topic.HEALTH: ("outreach",),
    Topic.MONEY: ("outreach",),
    Topic.LANGUAGE: ("neighbourhood",),
}
#: Never on a sheet that goes home: others may read it there.
NOT_ON_PAPER = (Topic.VIOLENCE,)
EXPIRING = timedelta(days=14)  # how long before its end a consent is asked for anew


class Basis(TextChoices):
    """What entitles the office to pass something on (Art. 6 GDPR; §§ 67 ff. SGB X)."""

    CONSENT = "consent", _("Einwilligung der Person")
    STATUTE = "statute", _("gesetzliche Vorschrift")
    DANGER = "imminent_danger", _("Gefahr für Leib oder Leben")


class Channel(TextChoices):
    HERE = "here", _("hier im System")
    LETTER = "letter", _("Schreiben")
    PHONE = "phone", _("Telefon")
    ACCOMPANIED = "accompanied", _("persönlich begleitet")


class Outcome(TextChoices):
    HELPED = "helped", _("geholfen")
    GOING_ON = "going_on", _("wird weiter begleitet")
    PASSED_ON = "passed_on", _("weitervermittelt")
    NOT_COME = "not_come", _("Person kam nicht")
    NOT_COMPETENT = "not_competent", _("nicht zuständig")


class Purpose(TextChoices):
    """What a consent is given for; one consent, one purpose."""

    REFERRAL = "referral", _("Weitergabe an eine Beratungsstelle oder Behörde")
    CALL_BACK = "call_back", _("Rückruf oder Nachricht")
    SCHOOL = "school", _("Austausch mit Schule und Schulteam")
    ACCOMPANIMENT = "accompaniment", _("Begleitung durch Sozialarbeit")


class Method(TextChoices):
    SIGNED = "signed", _("unterschrieben")
    ORAL = "oral_recorded", _("mündlich, hier festgehalten")


class ConsentState(TextChoices):
    GIVEN = "given", _("erteilt")
    WITHDRAWN = "withdrawn", _("widerrufen")


REFERRAL = (
    Transition(
        verb="send",
        label=_("Senden"),
        sources=(State.DRAFT,),
        target=State.SENT,
        right=PROCEED,
        sets=("channel",),
        requires=("channel",),
        explains=_(
            "Die andere Stelle sieht dann genau das, was in dieser Vermittlung steht, und nichts weiter."
        ),
    ),
    Transition(
        verb="acknowledge",
        label=_("Eingang bestätigen"),
        sources=(State.SENT,),
        target=State.ACKNOWLEDGED,
        right=ANSWER,
    ),
    Transition(
        verb="accept",
        label=_("Annehmen"),
        sources=(State.ACKNOWLEDGED,),
        target=State.ACCEPTED,
        right=ANSWER,
        explains=_("Ihre Stelle übernimmt. Wer vermittelt hat, sieht den Stand."),
    ),
    Transition(
        verb="decline",
        label=_("Ablehnen"),
        sources=(State.ACKNOWLEDGED,),
        target=State.DECLINED,
        right=ANSWER,
        reason=True,
        explains=_("Wer vermittelt hat, liest den Grund und sucht eine andere Stelle."),
    ),
    Transition(
        verb="finish",
        label=_("Als erledigt melden"),
        sources=(State.ACCEPTED,),
        target=State.DONE,
        right=ANSWER,
        sets=("outcome", "feedback_text"),
        requires=("outcome",),
        explains=_(
            "Wer vermittelt hat, liest Ergebnis und Rückmeldung, nicht Ihre eigenen Vermerke."
        ),
    ),
    Transition(
        verb="revoke",
        label=_("Zurückziehen"),
        sources=(State.DRAFT, *UNDER_WAY),
        target=State.REVOKED,
        right=PROCEED,
        reason=True,
        explains=_("Die andere Stelle sieht die Vermittlung danach nicht mehr."),
        danger=True,
    ),
)

CONSENT = (
    Transition(
        verb="withdraw",
        label=_("Widerruf eintragen"),
        sources=(ConsentState.GIVEN,),
        target=ConsentState.WITHDRAWN,
        right=PROCEED,
        sets=("withdrawn_on",),
        explains=_(
            "Der Widerruf gilt ab jetzt (Art. 7 Abs. 3 DSGVO). Laufende Vermittlungen, die nur auf dieser "
            "Einwilligung beruhen, werden sofort zurückgezogen."
        ),
        danger=True,
    ),
)


# On what a referral rests -----------------------------------------------------------------------------


class Given(NamedTuple):
    """A consent as the rule looks at it. `recipient`: number of the unit, or a folded name."""

    purpose: str
    recipient: int | str
    given_on: date
    expires_on: date | None
    withdrawn: bool


def recipient_key(to_unit: int | None, recipient: str) -> int | str:
    """Whom something goes to, to be compared: "Caritas Beratung" and "caritas  beratung" are one."""
    return to_unit if to_unit is not None else fold(recipient)


def holds_against(given: Given, recipient: int | str, day: date) -> Iterator[str]:
    """What keeps this consent from carrying a referral to the recipient on the day."""
    if given.withdrawn:
        yield _now("Die Einwilligung ist widerrufen.")
    if given.purpose != Purpose.REFERRAL:
        yield _now("Die Einwilligung wurde für etwas anderes gegeben: %(purpose)s.") % {
            "purpose": Purpose(given.purpose).label
        }
    if given.recipient != recipient:
        yield _now("Die Einwilligung nennt eine andere Stelle.")
    if given.given_on > day:
        yield _now("Die Einwilligung gilt noch nicht.")
    if given.expires_on is not None and given.expires_on < day:
        yield _now("Die Einwilligung ist abgelaufen.")


def carries(given: Given, recipient: int | str, day: date) -> bool:
    return not any(holds_against(given, recipient, day))
