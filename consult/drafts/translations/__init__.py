"""Versions in several languages, at the desk."""
