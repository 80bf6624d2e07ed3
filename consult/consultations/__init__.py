"""Consultations: their dates, promises and phases."""
