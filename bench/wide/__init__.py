"""A wide collection that exists in benchmarks only: 25 columns of every type files bring."""
