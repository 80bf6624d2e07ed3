"""The text consulted on: versions, clauses, anchors, edits and the word diff."""
