"""The report of a case: seen as it will print, then exported or printed."""
