"""Client sessions: short-lived credentials that a backend makes for the visitors of its web pages."""
