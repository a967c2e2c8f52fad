"""Whether the server lives and can serve."""
