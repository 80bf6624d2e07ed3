"""Points one by one: those without a theme, and comments that say several things."""
