"""Comments that came after the close, and what is decided about them."""
