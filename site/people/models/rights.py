"""Who may what with people. No role of the enforcing side is named here (the wall)."""

from __future__ import annotations

from catalogue import UNIT, grant
from catalogue.declaration import Grants

PERSON_RIGHTS: dict[str, Grants] = {
    "clearing": grant("view add change export share confidential merge", UNIT),
    "outreach": grant("view add change share confidential", UNIT),
    "school_team": grant("view add change share confidential", UNIT),
    "register_office": grant("view", UNIT),
    "data_office": grant("import add change view", UNIT),
    "data_protection": grant("view", UNIT),
}

HOUSEHOLD_RIGHTS: dict[str, Grants] = {
    "clearing": grant("view add change export share", UNIT),
    "data_office": grant("import add change view", UNIT),
    "outreach": grant("view add change", UNIT),
    "school_team": grant("view", UNIT),
    "data_protection": grant("view", UNIT),
}

MEMBER_RIGHTS: dict[str, Grants] = {
    "clearing": grant("view add change delete export", UNIT),
    "data_office": grant("import add change view", UNIT),
    "outreach": grant("view add change delete", UNIT),
    "school_team": grant("view", UNIT),
    "data_protection": grant("view", UNIT),
}

MERGE_RIGHTS: dict[str, Grants] = {
    "clearing": grant("view merge", UNIT),
    "data_protection": grant("view", UNIT),
}
