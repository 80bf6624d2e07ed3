"""What people say about each other's comments, and the groups of those who say alike."""
