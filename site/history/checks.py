"""System checks: a recorded model that could lose history is named at start (decisions 2 and 3)."""

from __future__ import annotations
