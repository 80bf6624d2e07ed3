"""What became of my comment."""
