"""Documented information (7.5): how it stands, its starters, who is asked to read it and who has (7.3)."""
