"""Second readings: how far two people, and the program, agree."""
