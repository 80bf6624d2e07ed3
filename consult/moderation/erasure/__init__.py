"""Erasing what somebody sent: at their wish, or on a legal request."""
