"""The screens of occupancy plans."""
