"""Keys: who calls, what it may do, and from where."""
