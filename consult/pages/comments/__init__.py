"""Reading what people said: all comments, one clause's, one comment with its replies."""
