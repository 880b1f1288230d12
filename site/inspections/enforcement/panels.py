"""Sections on the pages of cases, measures and closures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.panels import RecordPanel
from inspections.enforcement import closing, letters, queries, rules
from inspections.models import Closure, Finding, Measure, RehousingNeed
from papers.queries import papers_of


def address(model: Any, name: str, pk: int) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=(pk,))


def _add_url(model: Any, user: Any, query: str) -> str:
    if not policy_of(model).may(user, "add"):
        return ""
    return reverse(model.snippet_viewset.get_url_name("add")) + query


class MeasuresPanel(RecordPanel):
    """The measures of a case, the open ones first."""

    heading: ClassVar[Any] = _("Maßnahmen des Vorgangs")
    template_name = "inspections/enforcement/measures.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        visible = policy_of(Measure).visible(user).filter(case=record)
        measures: list[Any] = list(visible.order_by("pk"))
        add_url = "" if record.is_closed else _add_url(Measure, user, f"?case={record.pk}")
        if not measures and not add_url:
            return None
        measures.sort(key=lambda measure: measure.is_ended)
        lines = [(measure, record_url(measure)) for measure in measures]
        return {"lines": lines, "add_url": add_url}


class ClosuresPanel(RecordPanel):
    """The closures of a case, or of one measure of it."""

    heading: ClassVar[Any] = _("Sperrungen")
    template_name = "inspections/enforcement/closures.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        visible = policy_of(Closure).visible(user)
        add_url = ""
        if isinstance(record, Measure):
            visible = visible.filter(measure=record)
            if not record.is_ended:
                add_url = _add_url(Closure, user, f"?measure={record.pk}")
        else:
            visible = visible.filter(measure__case=record)
        closures: list[Any] = list(visible.order_by("pk"))
        if not closures and not add_url:
            return None
        lines = [(closure, record_url(closure)) for closure in closures]
        return {"lines": lines, "add_url": add_url}


class TargetsPanel(RecordPanel):
    """The deficiencies a measure is about, and which of them are resolved."""

    heading: ClassVar[Any] = _("Mängel, die abzustellen sind")
    template_name = "inspections/enforcement/targets.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        found = policy_of(Finding).visible(user).filter(measured_by__measure=record)
        lines = [
            (finding, record_url(finding))
            for finding in found.select_related("item", "room", "resolved_in").order_by("pk")
        ]
        return {"lines": lines} if lines else None


class CoursePanel(RecordPanel):
    """What was done when, with the papers: hearing, orders, deliveries."""

    heading: ClassVar[Any] = _("Verfahren")
    template_name = "inspections/enforcement/course.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        hearing = getattr(record, "hearing", None)
        orders = [
            {
                "order": order,
                "papers": [_paper(paper) for paper in papers_of(order)],
                "deliveries": [
                    (delivery, record_url(delivery)) for delivery in order.deliveries.order_by("pk")
                ],
                "url": record_url(order),
            }
            for order in record.orders.select_related("corrects").order_by("pk")
        ]
        return {
            "hearing": hearing,
            "came_back": record.state == rules.MeasureState.PROPOSED,
            "hearing_url": record_url(hearing) if hearing else "",
            "hearing_papers": [_paper(p) for p in papers_of(hearing)] if hearing else [],
            "orders": orders,
            "previews": list(self._previews(record, user)),
        }

    def _previews(self, record: Any, user: Any) -> Any:
        state = rules.MeasureState
        if record.state == state.PROPOSED and record.kind not in rules.UNHEARD:
            yield _now("Vorschau der Anhörung"), address(Measure, letters.HEARING, record.pk)
        if record.state in (state.DRAFT, state.IN_APPROVAL, state.APPROVED):
            yield _now("Vorschau des Bescheids"), address(Measure, letters.ORDER, record.pk)


def _paper(paper: Any) -> tuple[Any, str]:
    return paper, reverse("papers:file", args=(paper.pk,))


class ResidentsPanel(RecordPanel):
    """Everybody who lived in the closed place: who still needs somewhere to go."""

    heading: ClassVar[Any] = _("Unterbringung der Bewohner")
    template_name = "inspections/enforcement/residents.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        needs: Any = (
            policy_of(RehousingNeed).visible(user).filter(closure=record).order_by("number")
        )
        lines = [(need, record_url(need)) for need in needs]
        waiting = sum(need.state in closing.WAITING for need, _url in lines)
        may = policy_of(Closure).visible(user, "proceed").filter(pk=record.pk).exists()
        unfinished = record.is_unfinished or waiting > 0
        there = queries.residents(record) if record.is_unfinished else []
        return {
            "lines": lines,
            "total": len(lines),
            "waiting": waiting,
            "missing": queries.unlisted(record, there),
            "children": queries.concerns_children(record, there),
            "edit_url": (
                address(Closure, "rehousing", record.pk) if lines and may and unfinished else ""
            ),
        }
