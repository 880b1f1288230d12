"""What the rule found, in the neutral words of the office, with every number it rests on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from buildings.models import PlanResult
from buildings.plans.queries import Area
from buildings.plans.rules import (
    Age,
    Assessment,
    Basis,
    Cause,
    Change,
    Figures,
    Result,
    needs,
)

RESULTS = {Result(code): label for code, label in PlanResult.choices}
BASES = {
    Basis.STATED: gettext_lazy("nach Angabe"),
    Basis.SEEN: gettext_lazy("angetroffen"),
    Basis.REGISTERED: gettext_lazy("gemeldet"),
}
CAUSES = {
    Cause.BIRTHDAY: gettext_lazy("Geburtstag eines Kindes"),
    Cause.MOVES_IN: gettext_lazy("Einzug"),
    Cause.MOVES_OUT: gettext_lazy("Auszug"),
    Cause.RULE: gettext_lazy("neue Vorgabe"),
}
NOT_APPLICABLE = gettext_lazy(
    "Die Regel gilt nicht: Die Wohnung wird vom Eigentümer selbst bewohnt (§ 1 Abs. 3 WoAufG LSA)."
)


def number(value: Decimal) -> str:
    """ "9", "6,5": no zeros behind the comma that say nothing."""
    whole = value == value.to_integral_value()
    text = number_format(int(value) if whole else value.normalize(), use_l10n=True)
    return str(text)


def metres(value: Decimal) -> str:
    return _("%s m²") % number(value)


def day(value: datetime.date) -> str:
    return str(date_format(value, "d.m.Y"))


def between(low: Decimal, high: Decimal) -> str:
    """ "57 m²", or "mindestens 45 m², höchstens 54 m²"."""
    if low == high:
        return metres(low)
    return _("mindestens %(low)s, höchstens %(high)s") % {"low": metres(low), "high": metres(high)}


def persons(found: Assessment) -> str:
    """ "7 Personen", "3 bis 5 Personen"."""
    least, most = found.persons
    if least == most:
        return ngettext("%d Person", "%d Personen", most) % most
    return _("%(least)d bis %(most)d Personen") % {"least": least, "most": most}


def rule(figures: Figures) -> str:
    """ "9 m² je Person, 6 m² je Kind unter 6 Jahren (§ 7 WoAufG LSA, gilt seit 29.11.2018)"."""
    return _(
        "%(person)s je Person, %(child)s je Kind unter %(age)d Jahren (%(ref)s, gilt seit %(day)s)"
    ) % {
        "person": metres(figures.per_person),
        "child": metres(figures.per_child),
        "age": figures.child_age,
        "ref": figures.legal_ref,
        "day": day(figures.valid_from),
    }


def described(area: Area) -> str:
    """ "Wohnfläche 54 m² (gemessen, 12.03.2026)"."""
    if area.value is None:
        return _("Wohnfläche nicht bekannt")
    known = [area.source, day(area.as_of) if area.as_of else ""]
    more = ", ".join(part for part in known if part)
    text = _("Wohnfläche %s") % metres(area.value)
    return f"{text} ({more})" if more else _("%s (Herkunft nicht angegeben)") % text


def _terms(counts: Mapping[Age, int], figures: Figures) -> Iterator[str]:
    for age in Age:
        if not counts[age]:
            continue
        least, most = needs(age, figures)
        if least == most:
            yield _("%(count)d × %(area)s") % {"count": counts[age], "area": metres(most)}
        else:
            yield _("%(count)d × %(least)s bis %(most)s (Alter nicht bekannt)") % {
                "count": counts[age],
                "least": number(least),
                "most": metres(most),
            }


def sum_of(found: Assessment) -> str:
    """ "5 × 9 m² + 2 × 6 m² = 57 m²"; what counts perhaps stands apart."""
    terms = list(_terms(found.certain, found.figures))
    perhaps = list(_terms(found.doubtful, found.figures))
    text = " + ".join(terms) or metres(Decimal(0))
    if perhaps:
        text += _(" + vielleicht %s") % " + ".join(perhaps)
    if len(terms) == 1 and not perhaps and sum(found.certain.values()) == 1:
        return text
    return f"{text} = {between(found.low, found.high)}" if terms or perhaps else text


def balance(found: Assessment) -> str:
    """ "3 m² zu wenig", "7 m² frei", "genau ausreichend", "zwischen 4 m² zu wenig und 5 m² frei"."""
    if found.free is None:
        return _("ohne Wohnfläche nicht zu beurteilen")
    low, high = found.free
    if low == high:
        return _one_side(low)
    return _("zwischen %(low)s und %(high)s") % {"low": _one_side(low), "high": _one_side(high)}


def _one_side(free: Decimal) -> str:
    if free < 0:
        return _("%s zu wenig") % metres(-free)
    return _("%s frei") % metres(free) if free else _("genau ausreichend")


def explained(found: Assessment, area: Area) -> str:
    """The whole calculation in one line, or why there is none."""
    if not found.applicable:
        return str(NOT_APPLICABLE)
    if found.area is None:
        return _("Benötigt: %(sum)s; %(area)s") % {"sum": sum_of(found), "area": described(area)}
    return f"{sum_of(found)}; {described(area)} → {balance(found)}"


def foretold(change: Change) -> str:
    """ "14.03.2027: dann 33 m² nötig (Geburtstag eines Kindes) – Fläche reicht nicht"."""
    causes = ", ".join(str(CAUSES[cause]) for cause in sorted(change.causes))
    text = _("%(day)s: dann %(area)s nötig (%(causes)s)") % {
        "day": day(change.on),
        "area": between(change.after.low, change.after.high),
        "causes": causes,
    }
    return f"{text} – {RESULTS[change.after.result]}" if change.tips else text
