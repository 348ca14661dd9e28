"""The quick assessment on the screen: one line per question, and what the answers suggest."""
