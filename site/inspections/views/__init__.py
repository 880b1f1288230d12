"""Screens of inspections beyond those every collection has."""
