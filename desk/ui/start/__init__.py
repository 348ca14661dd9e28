"""Before a vault is open: setting one up, and unlocking it."""
