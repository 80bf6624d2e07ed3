"""Objections: an author asks another official to look again."""
