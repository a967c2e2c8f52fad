"""Paired comparisons with peers: one command, one run, one table."""
