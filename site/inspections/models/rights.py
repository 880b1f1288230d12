"""Who may what on the enforcing side. No role of the helping side is named here (the wall)."""

from __future__ import annotations

from catalogue import ALL, UNIT, grant
from catalogue.declaration import Grants

CASE_RIGHTS: dict[str, Grants] = {
    "inspection": grant("view add change import export share proceed", UNIT),
    "head_of_office": grant("view export proceed reopen", ALL),
    "data_protection": grant("view", ALL),
}

#: What belongs to one inspection, and is gone with it into the locked report.
FINDING_RIGHTS: dict[str, Grants] = {
    "inspection": grant("view add change delete import export", UNIT),
    "head_of_office": grant("view export", ALL),
    "data_protection": grant("view", ALL),
}

PART_RIGHTS: dict[str, Grants] = {
    "inspection": grant("view add change delete export", UNIT),
    "head_of_office": grant("view export", ALL),
    "data_protection": grant("view", ALL),
}

CHECKLIST_RIGHTS: dict[str, Grants] = {
    "inspection": grant("view add change delete import export", ALL),
    "head_of_office": grant("view add change delete import export", ALL),
    "data_protection": grant("view", ALL),
}
