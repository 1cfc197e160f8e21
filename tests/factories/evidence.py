"""Factories of this app's registers."""
