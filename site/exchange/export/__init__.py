"""A list leaves the house: what for and for whom is asked, the file is made and kept a while."""
