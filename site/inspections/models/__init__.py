"""Cases, inspections, findings. Nationality is no field, filter or export in this room."""

from inspections.models.cases import InspectionCase, LegalBasis, Reason
from inspections.models.checklists import ChecklistItem, ChecklistTemplate, Group
from inspections.models.findings import Finding, FindingPhoto
from inspections.models.participations import Participation, TeamMember
from inspections.models.persons import PresentPerson
from inspections.models.visits import ConsentBy, EntryBasis, Inspection, Kind, Result

__all__ = [
    "ChecklistItem",
    "ChecklistTemplate",
    "ConsentBy",
    "EntryBasis",
    "Finding",
    "FindingPhoto",
    "Group",
    "Inspection",
    "InspectionCase",
    "Kind",
    "LegalBasis",
    "Participation",
    "PresentPerson",
    "Reason",
    "Result",
    "TeamMember",
]
