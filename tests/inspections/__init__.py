"""The enforcing side: cases, inspections, findings, invited authorities."""
