"""The screens around parties: who is responsible, one owner's houses, the change of owner."""
