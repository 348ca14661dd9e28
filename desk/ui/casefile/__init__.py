"""The case file: the case at a glance, and its course in plain words."""
