"""What the consent form and the sheet to take home are filled with.

Both are made anew each time and kept nowhere. The signed consent is on paper, with the version of
its wording; the sheet bears no name: whoever finds it does not learn whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from access.models import OrganisationalUnit
from cases.interviews.rules import Topic
from cases.models import Consent, IntakeInterview, Referral
from cases.referrals import offers, rules
from cases.referrals.actions import CONSENT_PAPER
from cases.referrals.queries import appointments_of
from papers.models import Language
from papers.models.letterhead import head_of
from papers.registry import DELIVERED_IN, paper_of
from papers.rendering import Rendered, render, wording_in_use
from people.models import Person

TAKE_AWAY = "take_away"
MOST_OFFERS = 3  # per topic: a sheet, no directory


def languages_of(code: str) -> list[tuple[str, str]]:
    """(code, German name) of the languages a paper comes in."""
    names = dict(Language.choices)
    return [(language, str(names[language])) for language in paper_of(code).languages]


def printed_in(code: str, language: str) -> str:
    """The language to print in: the one asked for, or German where there is no wording."""
    return language if language in paper_of(code).languages else DELIVERED_IN


def _rendered(
    code: str,
    unit: OrganisationalUnit,
    language: str,
    context: Callable[[str], dict[str, Any]],
) -> Rendered:
    """In the language, or in German. Raises PaperError."""
    spoken = printed_in(code, language)
    with override(spoken):  # names of topics, hours of offers
        filled = context(spoken)
    head = head_of(unit.pk, timezone.localdate())
    return render(code, filled, language=spoken, letterhead=head)


# The consent -----------------------------------------------------------------------------------------


def consent_sheet(consent: Consent, language: str, told: Iterable[str] = ()) -> Rendered:
    """To be signed. `consent`: stored or not; `told`: what is to be passed on, in paragraphs."""

    def context(spoken: str) -> dict[str, Any]:
        number = wording_in_use(CONSENT_PAPER, spoken).number or 1
        purpose = consent.purpose
        return {
            "person": {"name": _name_of(consent.person), "geboren": _born(consent.person)},
            "zweck": {
                "weitergabe": purpose == rules.Purpose.REFERRAL,
                "rueckruf": purpose == rules.Purpose.CALL_BACK,
                "schule": purpose == rules.Purpose.SCHOOL,
                "begleitung": purpose == rules.Purpose.ACCOMPANIMENT,
            },
            "empfaenger": {"name": str(consent.to_unit or consent.recipient)},
            "angaben": "\n\n".join(filter(None, told)),
            "gilt_bis": consent.expires_on,
            "fassung": _("Fassung %(number)d (%(language)s)")
            % {"number": number, "language": spoken},
        }

    return _rendered(CONSENT_PAPER, consent.unit, language, context)


def consent_for(referral: Referral) -> Consent:
    """The consent a referral needs, not stored."""
    return Consent(
        person=referral.person,
        purpose=rules.Purpose.REFERRAL,
        to_unit=referral.to_unit,
        recipient=referral.recipient,
        unit=referral.unit,
    )


def _name_of(person: Person) -> str:
    return " ".join(filter(None, [person.given_names, person.family_name]))


def _born(person: Person) -> str:
    if person.birth_date:
        return str(date_format(person.birth_date, "d.m.Y"))
    return str(person.birth_year or "")


# The sheet to take home ------------------------------------------------------------------------------


def take_away(interview: IntakeInterview, language: str) -> Rendered:
    """What to remember after an interview."""
    return _rendered(
        TAKE_AWAY,
        interview.unit,
        language,
        lambda spoken: _take_away_context(interview, spoken, language),
    )


def _take_away_context(interview: IntakeInterview, spoken: str, language: str) -> dict[str, Any]:
    topics = [t for t in interview.topics.order_by("pk") if t.topic not in rules.NOT_ON_PAPER]
    codes = [topic.topic for topic in topics]
    known = offers.all_offers(spoken) if codes else []
    return {
        "gespraech": {"tag": interview.held_on},
        "termine": _appointments(interview),
        "vereinbart": [
            f"{topic.get_topic_display()}: {topic.agreed_step}"
            for topic in topics
            if topic.agreed_step
        ],
        "vermittlungen": _referrals(interview),
        "angebote": [
            f"{Topic(code).label}: {_in_one_line(offer)}"
            for code in codes
            for offer in offers.fitting(code, language, among=known)[:MOST_OFFERS]
        ],
        "portal": list(dict.fromkeys(filter(None, (offers.address(c, spoken) for c in codes)))),
    }


def _appointments(interview: IntakeInterview) -> list[str]:
    ahead = appointments_of(interview.person, interview.household_id).exclude(pk=interview.pk)
    return [
        ", ".join(
            filter(
                None,
                [
                    date_format(each.held_on, "d.m.Y"),
                    _("%(starts)s Uhr") % {"starts": f"{each.starts_at:%H:%M}"}
                    if each.starts_at
                    else "",
                    str(each.unit),
                ],
            )
        )
        for each in ahead
    ]


def _referrals(interview: IntakeInterview) -> list[str]:
    sent = interview.referrals.filter(state__in=rules.RECEIVED).exclude(
        topic__in=rules.NOT_ON_PAPER
    )
    return [
        f"{referral.get_topic_display()}: {referral.to_unit or referral.recipient}"
        for referral in sent.select_related("to_unit").order_by("pk")
    ]


def _in_one_line(offer: offers.Offer) -> str:
    when = offer.next_time or ", ".join(offer.hours)
    parts = [f"{offer.name} ({offer.provider})", offer.place, when, ", ".join(offer.phones)]
    return ". ".join(filter(None, parts))
