"""The request log, read from the rows that admission writes."""
