"""Finding pages and offers: one index in our own tables, the same on every database."""
