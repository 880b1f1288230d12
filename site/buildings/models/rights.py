"""Who may what to the housing stock. Houses, flats and rooms are no secret among the units."""

from __future__ import annotations

from catalogue import ALL, grant

HOUSING_RIGHTS = {
    "clearing": grant("view add change", ALL),
    "outreach": grant("view", ALL),
    "school_team": grant("view", ALL),
    "inspection": grant("view add change delete export", ALL),
    "head_of_office": grant("view export", ALL),
    "register_office": grant("view", ALL),
    "data_office": grant("view add change import export", ALL),
    "data_protection": grant("view", ALL),
}

# Streets and districts are the town's spelling for everybody: few keep them, all may look them up.
REGISTER_RIGHTS = {code: grant("view", ALL) for code in HOUSING_RIGHTS} | {
    "inspection": grant("view add change delete export", ALL),
    "data_office": grant("view add change import export", ALL),
}

# Who owns and manages is enforcement's business: the helping side reads none of it (decisions.md).
PARTY_RIGHTS = {
    "inspection": grant("view add change delete export", ALL),
    "head_of_office": grant("view export", ALL),
    "data_office": grant("view add change import", ALL),
    "data_protection": grant("view", ALL),
}
