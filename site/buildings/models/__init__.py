"""Buildings, their dwellings and rooms."""

from buildings.models.building import Building, Condition
from buildings.models.dwelling import Dwelling, OwnerOccupied
from buildings.models.rooms import HasWindow, Room, RoomUse

__all__ = [
    "Building",
    "Condition",
    "Dwelling",
    "HasWindow",
    "OwnerOccupied",
    "Room",
    "RoomUse",
]
