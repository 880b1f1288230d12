"""Support cases of outreach and school team. Each team sees its own, and nobody else does."""
