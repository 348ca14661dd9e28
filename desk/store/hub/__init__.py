"""Head office's store of its branches' logs: in the hub's own vault, or in PostgreSQL.

Not the vault's tables: every key here begins with the branch, so that a database of many machines
can keep each branch's rows together. What differs between databases is in `dialect` alone.
"""
