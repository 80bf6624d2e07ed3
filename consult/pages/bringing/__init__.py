"""Bringing a text in: the file, the tree that was read in it, the questions, and saving it."""
