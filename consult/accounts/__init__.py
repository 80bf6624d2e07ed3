"""People, bodies, organisations, roles and the one permission table."""
