"""Plans: what an organization has bought."""
