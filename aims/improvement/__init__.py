"""Clause 10 at work: the steps of a nonconformity, who takes them, and what is shown of them."""
