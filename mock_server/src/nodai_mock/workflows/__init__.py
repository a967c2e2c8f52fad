"""Workflows: what can be asked, and the engines that answer."""
