"""Attachments of a case: taking files in, listing them, looking at them, copying them out."""
