"""People and households."""

from people.models.households import Household, HouseholdMember
from people.models.keys import PersonKey
from people.models.merging import MergeState, PersonMerge
from people.models.persons import Person

__all__ = ["Household", "HouseholdMember", "MergeState", "Person", "PersonKey", "PersonMerge"]
