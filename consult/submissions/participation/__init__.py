"""Who took part: counted as submissions come, published without small numbers."""
