"""From bytes to rows: encodings, delimiters and workbooks. Start at `opening.open_table`."""
