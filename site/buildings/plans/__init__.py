"""Occupancy plans: who lives in which room of a dwelling, and whether the area is enough."""
