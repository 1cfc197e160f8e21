"""Frameworks and mappings in and out: OSCAL and tables."""
