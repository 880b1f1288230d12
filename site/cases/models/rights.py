"""Who may what on the helping side. No role of the enforcing side may see anything here (the wall).

Each team has its own records only (scope UNIT). What another team or authority is to know, a
referral tells it, and nothing else does. The head of office may know how many there are (COUNT):
never which, never whose, never what about.
"""

from __future__ import annotations

from catalogue import ALL, UNIT, grant
from catalogue.declaration import Grants

PROCEED = "proceed"  # the right to take a record forward by its steps
AMEND = "amend"  # the right to correct what has been completed, with a reason
ANSWER = "answer"  # the right of whoever a referral was sent to
CONFIDENTIAL = "confidential"
COUNT = "count"  # the right to numbers of work, on the head's start page and nowhere else

INTERVIEW_RIGHTS: dict[str, Grants] = {
    "clearing": grant(
        f"view add change import export share {PROCEED} {AMEND} {CONFIDENTIAL}", UNIT
    ),
    "data_office": grant("import add change view", UNIT),
    "data_protection": grant("view", UNIT),
    "head_of_office": grant(COUNT, ALL),
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
    "head_of_office": grant(COUNT, ALL),
}

#: Of outreach and school team, each its own; no share: nobody else reads along.
SUPPORT_RIGHTS: dict[str, Grants] = {
    "outreach": grant(f"view add change import export {PROCEED}", UNIT),
    "school_team": grant(f"view add change import export {PROCEED}", UNIT),
    "head_of_office": grant(COUNT, ALL),
}

NOTE_RIGHTS: dict[str, Grants] = {
    "outreach": grant("view add change export import", UNIT),
    "school_team": grant("view add change export import", UNIT),
}

SCHOOL_RIGHTS: dict[str, Grants] = {
    "school_team": grant(f"view add change import export {PROCEED}", UNIT),
    "head_of_office": grant(COUNT, ALL),
}

SCHOOL_REGISTER_RIGHTS: dict[str, Grants] = {
    "school_team": grant("view add change delete import export", ALL),
    "clearing": grant("view", ALL),
    "outreach": grant("view", ALL),
    "data_protection": grant("view", ALL),
}
