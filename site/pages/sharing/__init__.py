"""A page taken along: its short address, its code for a camera, its sheet of paper, its dates."""
