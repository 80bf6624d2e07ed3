"""Cases: somebody says that a comment is not theirs."""
