"""Looking after the vault: people, keys, backups, keeping, audit; one entry of the navigation."""
