"""Complaint Desk 诉解台: the application package; see ARCHITECTURE.md for its layers."""

__version__ = "0.1.0"
