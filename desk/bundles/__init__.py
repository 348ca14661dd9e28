"""Files exchanged with head office and between devices: `*.cdx`, its parts, cards, enrolments.

Written, read and verified here; whom to trust, and what becomes of the contents, is decided by
whoever asked. No database and no Qt.
"""
