"""The public register of answers due and overdue, and its feed."""
