"""Answering many points together: filter, preview, and the answer."""
