"""The knowledge page: what the content pack knows, to browse, search and read."""
