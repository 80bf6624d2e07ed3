"""The queue of background jobs. Knows no subject."""
