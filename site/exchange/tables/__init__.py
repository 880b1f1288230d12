"""What a table of a collection looks like: its columns, and how each cell is read and written."""
