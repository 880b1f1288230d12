"""What happens to the rows of a table, a chunk at a time: understood, checked, stored, written."""
