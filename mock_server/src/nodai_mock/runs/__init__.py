"""Runs: what workflows were asked, what they answered, and what it cost."""
