"""Text modules: reasons that a body gives again and again, kept by its editors."""
