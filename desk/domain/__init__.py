"""Frozen values and pure rules of complaint handling; no clock, no randomness, no input or output.

Time, ids and pack content come in as arguments. Nothing here knows Qt, SQL or files.
"""
