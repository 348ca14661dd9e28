"""Head office at work: branches, their computers, files that wait, and what goes back to them."""
