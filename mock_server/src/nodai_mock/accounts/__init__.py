"""Accounts: the organizations that keys, workflows and runs belong to."""
