"""All of Qt: windows, widgets and item models over domain values that services return."""
