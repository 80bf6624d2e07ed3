"""Files that came with something: kept whole, with what they belong to as an opaque reference."""
