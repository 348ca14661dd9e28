"""Backups: made in the background while people work, and the page that shows and tries them."""
