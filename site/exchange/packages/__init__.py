"""Several tables with their papers, to a partner and from one."""
