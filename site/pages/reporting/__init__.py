"""Reporting a defect, and following a report: forms of the portal without account and cookie."""
