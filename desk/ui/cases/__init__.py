"""What every page of one case has in common."""
