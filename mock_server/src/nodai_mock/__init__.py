"""The reference server for the NodAI API."""
