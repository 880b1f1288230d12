"""Children and their place at a school: compulsory schooling, waiting list, arrival class."""
