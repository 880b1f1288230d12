"""Buildings with their entrances, dwellings and rooms; the registers of the town."""

from buildings.models.building import Building, Condition
from buildings.models.dwelling import AreaSource, Dwelling, OwnerOccupied, Usage
from buildings.models.entries import AgeGroup, Counted, OccupancyEntry, Relation, SleepingPlace
from buildings.models.parties import Deliverable, Party, PartyKind, PartyMember
from buildings.models.places import District, Entrance, Street
from buildings.models.plans import OccupancyPlan, PlanResult, PlanSource
from buildings.models.roles import PartyRole, RoleKind, RoleSource
from buildings.models.rooms import HasWindow, Room, RoomUse
from buildings.rules import State

__all__ = [
    "AgeGroup",
    "AreaSource",
    "Building",
    "Condition",
    "Counted",
    "Deliverable",
    "District",
    "Dwelling",
    "Entrance",
    "HasWindow",
    "OccupancyEntry",
    "OccupancyPlan",
    "OwnerOccupied",
    "Party",
    "PartyKind",
    "PartyMember",
    "PartyRole",
    "PlanResult",
    "PlanSource",
    "Relation",
    "RoleKind",
    "RoleSource",
    "Room",
    "RoomUse",
    "SleepingPlace",
    "State",
    "Street",
    "Usage",
]
