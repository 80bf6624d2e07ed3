"""The text: each version, what changed between two, and why a clause changed."""
