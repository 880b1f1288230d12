"""Who keeps wording and letterheads. Releasing takes a second person (`papers.actions`)."""

from __future__ import annotations

from catalogue import ALL, grant

KEEPERS = {
    "head_of_office": grant("view add change approve", ALL),
    "inspection": grant("view add change", ALL),
    "administrator": grant("view add change", ALL),
    "data_protection": grant("view", ALL),
}

HEADS = {
    "head_of_office": grant("view add change", ALL),
    "inspection": grant("view", ALL),
    "administrator": grant("view add change", ALL),
    "data_protection": grant("view", ALL),
}
