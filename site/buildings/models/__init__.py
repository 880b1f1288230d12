"""Buildings with their entrances, dwellings and rooms; the registers of the town."""

from buildings.models.building import Building, Condition
from buildings.models.dwelling import AreaSource, Dwelling, OwnerOccupied, Usage
from buildings.models.places import District, Entrance, Street
from buildings.models.rooms import HasWindow, Room, RoomUse
from buildings.rules import State

__all__ = [
    "AreaSource",
    "Building",
    "Condition",
    "District",
    "Dwelling",
    "Entrance",
    "HasWindow",
    "OwnerOccupied",
    "Room",
    "RoomUse",
    "State",
    "Street",
    "Usage",
]
