"""For whom a risk is bad, and how bad: what is judged for individuals, groups, society, the organisation, in a line."""

from collections.abc import Callable
from typing import Any

from django.utils.text import capfirst

from aims.models.planning import SUBJECTS, impacts_of

NOT_JUDGED = "–"


def impacts_in_a_line(value_of: Callable[[str], Any]) -> str:
    """Such as “Individuals 4 → 2, society 3 → 3”: without and after treatment; empty where none is judged.

    ``value_of`` gives a field of the risk, as a number or a text.
    """
    parts = []
    for subject, words in SUBJECTS.items():
        (before,), (after,) = impacts_of([subject]), impacts_of([subject], residual=True)
        was, left = value_of(before), value_of(after)
        if was or left:
            parts.append(f"{words} {was or NOT_JUDGED}" + (f" → {left}" if left else ""))
    return capfirst(", ".join(parts))
