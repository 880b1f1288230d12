"""Reports of housing defects: how they come in, what becomes of them, and what the reporter learns."""
