"""Words that people proposed, taken into the next version."""
