"""Which of the policies is the AI policy that clause 5.2 asks for: the map, the steps and the pack go by this alone."""

import re

CLAUSES = ("5.2", "A.2.2")
"""Linked with one of these, a policy is the AI policy, whatever it is called."""

NAMED = re.compile(r"\b(?:ai|ki)\b|artificial intelligence", re.IGNORECASE)


def is_ai_policy(title: str, *, is_linked: bool) -> bool:
    """Whether a policy of this title is; ``is_linked``: somebody linked it with one of ``CLAUSES``."""
    return is_linked or NAMED.search(title) is not None
