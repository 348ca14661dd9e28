"""Files exchanged with head office. No database and no Qt; the format arrives with offline sync."""
