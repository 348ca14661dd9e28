"""Hostile tests of what is on the disk: kills, failing calls, and the unlucky of the world."""
