"""The ledger of all cases, and what every list of cases shares: words, cells, pills."""
