"""Scans and other files of what came on paper, by telephone, by e-mail or at an event."""
