"""Limits: how much a subject may do, decided all at once at admission."""
