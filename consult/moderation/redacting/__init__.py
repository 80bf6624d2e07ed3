"""The desk on which words are taken out of comments."""
