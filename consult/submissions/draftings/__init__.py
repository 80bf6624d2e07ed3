"""What the members of an organisation write together, before a lead sends it."""
