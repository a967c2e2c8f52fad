"""Idempotency: the same POST sent twice happens once."""
