"""The ways into the vault beside passwords: recovery sheet, head office, and a fresh key."""
