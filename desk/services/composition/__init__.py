"""A case put into the words of its report: sections and values, in one language. Draws nothing."""
