"""Agreements with vendors: how long they bind, what a DPA has to say, and whether one counts."""
