"""The intake: five steps of a form on the left, the coach on the right."""
