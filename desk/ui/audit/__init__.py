"""The audit trail on the screen: lines, filters, one line in full, and files of them."""
