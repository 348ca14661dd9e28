"""Use cases, one module per noun; the only callers of the store. No Qt, no SQL."""
