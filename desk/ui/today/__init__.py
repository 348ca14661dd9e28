"""Today: what is due first, the way into a new complaint, and what to look at."""
