"""The faces of the import of comments: the desk's pages and the command."""
