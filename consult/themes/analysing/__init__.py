"""Asking for an analysis and reading how it came about."""
