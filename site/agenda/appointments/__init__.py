"""Appointments and calls that readers of the portal ask for, and what the unit answers."""
