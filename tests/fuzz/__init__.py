"""Strange bytes at every door of the program."""
