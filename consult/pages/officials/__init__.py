"""The officials' first page, and one consultation at a glance."""
