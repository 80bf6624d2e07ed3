"""Who did what, append-only. Knows no subject."""
