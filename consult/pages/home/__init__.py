"""The first page: what is open, being considered, answered."""
