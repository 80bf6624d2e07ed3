"""Organisations that take part: founded by somebody, with members who write together."""
