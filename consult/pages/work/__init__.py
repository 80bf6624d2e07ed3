"""Background work and letters that wait for somebody's decision."""
