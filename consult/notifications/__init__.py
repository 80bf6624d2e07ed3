"""The outbox of letters. Knows no subject."""
