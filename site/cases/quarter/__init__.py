"""The figures of a quarter: counted, hidden where small, drawn."""
