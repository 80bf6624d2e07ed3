"""The points of a long submission, proposed from its headings and paragraphs."""
