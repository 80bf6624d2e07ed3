"""Pages composed from several rooms, one module a page."""
