"""The one declaration per collection (decision 15) that every other room reads.

This is the lowest room: it knows no model, no user, no screen. `declaration.py` holds what a
collection says about itself, `registry.py` finds every model that says so, `folding.py` makes
"Müller", "mueller" and "MÜLLER" the same thing to search for.
"""

from catalogue.declaration import ALL, CARRIER, OWN, UNIT, Collection, Field, Scope, Section, grant
from catalogue.fields import ChoiceSetField
from catalogue.registry import collection_of, collections, guarded_models, model_of, rights_of

__all__ = [
    "ALL",
    "CARRIER",
    "OWN",
    "UNIT",
    "ChoiceSetField",
    "Collection",
    "Field",
    "Scope",
    "Section",
    "collection_of",
    "collections",
    "grant",
    "guarded_models",
    "model_of",
    "rights_of",
]
