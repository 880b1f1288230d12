"""Who may what on the helping side. No role of the enforcing side is named here (the wall).

Each team has its own records only (scope UNIT). What another team or authority is to know, a
referral tells it, and nothing else does.
"""

from __future__ import annotations

from catalogue import ALL, UNIT, grant
from catalogue.declaration import Grants

PROCEED = "proceed"  # the right to take a record forward by its steps
AMEND = "amend"  # the right to correct what has been completed, with a reason
ANSWER = "answer"  # the right of whoever a referral was sent to
CONFIDENTIAL = "confidential"

INTERVIEW_RIGHTS: dict[str, Grants] = {
    "clearing": grant(
        f"view add change import export share {PROCEED} {AMEND} {CONFIDENTIAL}", UNIT
    ),
    "data_office": grant("import add change view", UNIT),
    "data_protection": grant("view", UNIT),
}

#: What belongs to one interview and is completed with it.
PART_RIGHTS: dict[str, Grants] = {
    "clearing": grant("view add change delete import export", UNIT),
    "data_protection": grant("view", UNIT),
}

QUESTION_RIGHTS: dict[str, Grants] = {
    "clearing": grant("view add change delete import export", ALL),
    "data_protection": grant("view", ALL),
}

CONSENT_RIGHTS: dict[str, Grants] = {
    "clearing": grant(f"view add change export {PROCEED}", UNIT),
    "outreach": grant(f"view add change export {PROCEED}", UNIT),
    "school_team": grant(f"view add change export {PROCEED}", UNIT),
    "data_protection": grant("view", UNIT),
}

REFERRAL_RIGHTS: dict[str, Grants] = {
    "clearing": grant(f"view add change import export {PROCEED} {ANSWER}", UNIT),
    "outreach": grant(f"view add change import export {PROCEED} {ANSWER}", UNIT),
    "school_team": grant(f"view add change import export {PROCEED} {ANSWER}", UNIT),
    "neighbourhood": grant(f"view {ANSWER}", UNIT),
    "guest": grant(f"view {ANSWER}", UNIT),
    "data_protection": grant("view", UNIT),
}

#: Of outreach and school team, each its own; no share: nobody else reads along.
SUPPORT_RIGHTS: dict[str, Grants] = {
    "outreach": grant(f"view add change import export {PROCEED}", UNIT),
    "school_team": grant(f"view add change import export {PROCEED}", UNIT),
}

NOTE_RIGHTS: dict[str, Grants] = {
    "outreach": grant("view add change export import", UNIT),
    "school_team": grant("view add change export import", UNIT),
}

SCHOOL_RIGHTS: dict[str, Grants] = {
    "school_team": grant(f"view add change import export {PROCEED}", UNIT),
}

SCHOOL_REGISTER_RIGHTS: dict[str, Grants] = {
    "school_team": grant("view add change delete import export", ALL),
    "clearing": grant("view", ALL),
    "outreach": grant("view", ALL),
    "data_protection": grant("view", ALL),
}
