"""A case that needs more than the counter: why, what to do by when, who answers, how long."""
