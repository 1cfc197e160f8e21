"""Starters: first drafts of controls in our own words, for a compliance officer to make their own."""
