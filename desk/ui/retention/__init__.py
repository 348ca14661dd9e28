"""Keeping and forgetting: what is due, what is held, and taking a person out for good."""
