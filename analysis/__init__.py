"""Topics and campaigns in what people wrote. Free of the web, the database, clock and network."""
