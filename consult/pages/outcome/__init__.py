"""You said, we did: the published outcome of a consultation."""
