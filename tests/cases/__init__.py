"""The helping side: interviews on arrival."""
