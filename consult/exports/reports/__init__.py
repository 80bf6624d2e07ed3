"""The report of a consultation: one text, and one writer for each kind of file."""
