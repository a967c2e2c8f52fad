"""Usage: one row for every request of a known key, and what can be learned from them."""
