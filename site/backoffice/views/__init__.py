"""The screens of a collection, one module per screen. Every view is a `Guarded` one."""
