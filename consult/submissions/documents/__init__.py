"""Long submissions: a document kept as it came, its words a comment to be divided into points."""
