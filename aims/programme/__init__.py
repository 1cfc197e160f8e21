"""The way to a certificate: the plan, the gaps that fill it, what it costs, and whether it is worth it."""
