"""Words of comments of which the machine does not know where they went: officials decide."""
