"""Campaigns on the desk."""
