"""What officials say to each other about what is to be answered, and hand to each other."""
