"""What the hearing letter and the order say: the contexts of both papers, from a measure."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.rules import PeriodEnd, period_end
from buildings.models import Building, Party, PartyKind
from buildings.models.parties import Deliverable
from history.actor import System
from inspections.enforcement import queries, rules
from inspections.models import Finding, Hearing, Measure
from law.queries import figure
from papers.actions import version_in_use
from papers.models.letterhead import head_of
from papers.rendering import Rendered, render
from papers.wording import filled

HEARING = "hearing_letter"
ORDER = "order"


def address_lines(party: Party) -> list[str]:
    """The address field, the name first. Persons are kept as "Familienname, Vorname"."""
    lines = [_name(party)]
    if party.representative is not None:
        lines.append(_("vertreten durch %(name)s") % {"name": _name(party.representative)})
    lines += [party.address_extra, party.street, f"{party.postcode} {party.city}".strip()]
    return [line for line in lines if line.strip()]


def _name(party: Party) -> str:
    if party.kind != PartyKind.NATURAL:
        return party.name
    family, comma, given = party.name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else party.name


def against_addressee(measure: Measure) -> list[str]:
    """Why a letter could not reach the addressee. Empty: it could."""
    role = measure.addressee
    if role is None:
        return [_("Es fehlt der Adressat. Bitte unter „Bearbeiten“ wählen.")]
    party = role.party
    if party.deliverable == Deliverable.RETURNED:
        return [
            _("An %(party)s ist nicht zustellbar: Post kam zurück. Bitte die Anschrift klären.")
            % {"party": party.reference}
        ]
    if not (party.street.strip() and party.postcode.strip() and party.city.strip()):
        return [
            _("Bei %(party)s fehlt die Anschrift (Straße, Postleitzahl, Ort).")
            % {"party": party.reference}
        ]
    return []


def subjects_of(measure: Measure) -> list[Model]:
    """Whose personal data the letters hold."""
    if measure.addressee is None:
        return []
    party = measure.addressee.party
    return [party, *([party.representative] if party.representative is not None else [])]


def reply_by(sent_on: datetime.date) -> PeriodEnd:
    """The end of the time to be heard, with its explanation. Raises FigureMissing."""
    length = figure("hearing.reply", sent_on)
    return period_end(sent_on, length.count, length.unit)


def hearing_context(measure: Measure, *, user: Any, sent_on: datetime.date) -> dict[str, Any]:
    """Raises FigureMissing."""
    return {
        **_frame(measure, user),
        "kontrolle": {
            "datum": queries.day_of_inspection(measure.case),
            "zeichen": measure.case.reference,
        },
        "feststellungen": _findings(measure),
        "massnahmen": measure.demands,
        "rechtsgrundlage": measure.legal_basis,
        "frist": {"ende": reply_by(sent_on).on},
    }


def order_context(measure: Measure, *, user: Any, number: str) -> dict[str, Any]:
    frame = _frame(measure, user)
    frame["aktenzeichen"] = f"{number} ({measure.case.reference})"
    immediate = measure.immediate_reasons if measure.immediate_enforcement else ""
    return {
        **frame,
        "anordnungen": [*measure.demands, *_threat(measure)],
        "frist": {"ende": measure.deadline_on},
        "sachverhalt": _facts(measure),
        "feststellungen": _findings(measure) if measure.targets.exists() else None,
        "anhoerung": _heard(measure),
        "rechtsgrundlage": measure.legal_basis,
        "wuerdigung": measure.legal_reasons,
        "ermessen": measure.discretion,
        "zwangsgeld": {"betrag": measure.penalty_amount},
        "sofortvollzug": {"begruendung": immediate},
    }


def _frame(measure: Measure, user: Any) -> dict[str, Any]:
    case = measure.case
    system = isinstance(user, System)
    name = user.name if system else user.get_full_name() or user.get_username()
    return {
        "empfaenger": {
            "anschrift": address_lines(measure.addressee.party) if measure.addressee else []
        },
        "objekt": {
            "anschrift": _place(case.building),
            "wohnung": case.dwelling.label if case.dwelling else "",
        },
        "anrede": _("Sehr geehrte Damen und Herren,"),
        "aktenzeichen": case.reference,
        "bearbeitung": {"name": name},
        "unterzeichner": {"name": name},
    }


def _place(building: Building) -> str:
    return f"{building.street} {building.house_number}, {building.postcode} {building.city}"


def _findings(measure: Measure) -> dict[str, Any]:
    found = Finding.objects.filter(measured_by__measure=measure)
    rows = [
        [str(number), f.room.label if f.room else "", f.description, f.item.text, f.severity]
        for number, f in enumerate(
            found.select_related("room", "item").order_by("item__position", "pk"), start=1
        )
    ]
    if not rows:  # an order for information rests on facts, not on a deficiency
        rows = [["1", "", measure.facts, measure.legal_basis, ""]]
    return {
        "columns": [_("Nr."), _("Raum"), _("Feststellung"), _("Anforderung"), _("Stufe")],
        "widths": [1, 3, 6, 5, 2],
        "rows": rows,
        "caption": _("Festgestellte Mängel"),
    }


def _threat(measure: Measure) -> list[str]:
    """Means of coercion other than money stand among the points of the order."""
    told = {
        rules.PenaltyKind.SUBSTITUTE: _(
            "Für den Fall, dass dies nicht fristgerecht geschieht, wird die Ersatzvornahme auf Ihre "
            "Kosten angedroht."
        ),
        rules.PenaltyKind.DIRECT: _(
            "Für den Fall, dass dies nicht fristgerecht geschieht, wird unmittelbarer Zwang angedroht."
        ),
    }
    text = told.get(rules.PenaltyKind(measure.penalty_kind)) if measure.penalty_kind else None
    return [text] if text else []


def _facts(measure: Measure) -> str:
    before = queries.order_in_force(measure)
    if before is None:
        return measure.facts
    replaced = _("Dieser Bescheid tritt an die Stelle des Bescheids %(number)s vom %(day)s.") % {
        "number": before.number,
        "day": date_format(before.issued_on, "d.m.Y"),
    }
    return f"{replaced}\n\n{measure.facts}"


def _heard(measure: Measure) -> dict[str, Any]:
    hearing = Hearing.objects.filter(measure=measure).first()
    if hearing is None:
        return {}
    if hearing.waived_ground:
        told = _("Von einer Anhörung wurde abgesehen: %(ground)s. %(reason)s") % {
            "ground": hearing.get_waived_ground_display(),
            "reason": hearing.waived_reason,
        }
        return {"ergebnis": told}
    said = hearing.assessment
    if hearing.statement_on is None:
        said = _("Sie haben sich dazu nicht geäußert.") + (f"\n\n{said}" if said else "")
    return {"datum": hearing.sent_on, "ergebnis": said}


def preview(measure: Measure, code: str, *, user: Any, at: datetime.datetime) -> Rendered:
    """The letter as it would be made now. Raises PaperError or FigureMissing, in German."""
    day = timezone.localdate(at)
    if code == HEARING:
        context = hearing_context(measure, user=user, sent_on=day)
    else:
        context = order_context(measure, user=user, number=_("Entwurf"))
    head = head_of(measure.unit_id, day)
    return render(version_in_use(code), context, at=at, letterhead=head)


def wording_of(measure: Measure, context: dict[str, Any], at: datetime.datetime) -> str:
    """What the order says, as text. Raises PaperError, in German."""
    head = head_of(measure.unit_id, timezone.localdate(at))
    _tree, text = filled(version_in_use(ORDER).wording, context, head, at)
    return text
