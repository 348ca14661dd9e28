"""Settings of the program, and what can be known about it."""
