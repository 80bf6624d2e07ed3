"""A campaign for everybody, and how its letters are counted."""
