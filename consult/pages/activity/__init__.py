"""The activity log, as auditors read it."""
