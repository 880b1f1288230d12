"""Which column of a partner's table is which of ours: found, set right by hand, kept as a profile."""
