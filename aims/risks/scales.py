"""The steps of the criteria in force, as forms offer them and as other people's tables write them."""

from collections.abc import Sequence

from aims.models.criteria import criteria_in_force, name_of, said_of
from aims.models.planning import SUBJECTS, impacts_of
from grc.models.organisation import Organisation

LIKELIHOODS = {"likelihood", "residual_likelihood"}
IMPACTS = {
    *("impact", "residual_impact", "severity"),
    *impacts_of(SUBJECTS),
    *impacts_of(SUBJECTS, residual=True),
}


def scale_of(field: str, organisation: Organisation) -> tuple[str, ...]:
    """The lines of the scale that a field is judged by, lowest first; empty for a field that is judged by none."""
    if field in LIKELIHOODS:
        return criteria_in_force(organisation).likelihood
    return criteria_in_force(organisation).impact if field in IMPACTS else ()


def steps_of(scale: Sequence[str]) -> list[tuple[int, str]]:
    """Each step with its number and words."""
    return [(number, f"{number} {said_of(tuple(scale), number)}".strip()) for number in range(1, len(scale) + 1)]


def words_of(scale: Sequence[str]) -> dict[str, int]:
    """What a step is called, in lower case; a name that two steps share means neither."""
    names = [name_of(tuple(scale), number).lower() for number in range(1, len(scale) + 1)]
    return {name: number for number, name in enumerate(names, start=1) if name and names.count(name) == 1}
