"""What follows from an inspection: measures, hearings, orders, closures, rehousing."""
