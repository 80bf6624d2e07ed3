"""Finding consultations, clauses and comments by their words."""
