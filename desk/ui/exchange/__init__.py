"""The sync page of a branch: what left, what arrived, with whom, and what came back."""
