"""Announced changes in both directions: what customers were promised, our subprocessors, and vendors' notices to us."""
