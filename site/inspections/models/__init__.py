"""Cases, inspections, findings. Nationality is no field, filter or export in this room."""

from inspections.models.cases import InspectionCase, LegalBasis, Reason
from inspections.models.checklists import ChecklistItem, ChecklistTemplate, Group
from inspections.models.closures import Closure, ClosureReason, RehousingNeed
from inspections.models.findings import Finding, FindingPhoto
from inspections.models.measures import FineReferral, Measure, MeasureFinding
from inspections.models.orders import Delivery, Hearing, NumberRange, Order
from inspections.models.participations import Participation, TeamMember
from inspections.models.persons import PresentPerson
from inspections.models.reports import DefectReport, ReportMessage, ReportPhoto
from inspections.models.visits import ConsentBy, EntryBasis, Inspection, Kind, Result

__all__ = [
    "ChecklistItem",
    "ChecklistTemplate",
    "Closure",
    "ClosureReason",
    "ConsentBy",
    "DefectReport",
    "Delivery",
    "EntryBasis",
    "Finding",
    "FindingPhoto",
    "FineReferral",
    "Group",
    "Hearing",
    "Inspection",
    "InspectionCase",
    "Kind",
    "LegalBasis",
    "Measure",
    "MeasureFinding",
    "NumberRange",
    "Order",
    "Participation",
    "PresentPerson",
    "Reason",
    "RehousingNeed",
    "ReportMessage",
    "ReportPhoto",
    "Result",
    "TeamMember",
]
