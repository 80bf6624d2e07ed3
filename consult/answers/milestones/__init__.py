"""What was promised with the outcome, and what became of it."""
