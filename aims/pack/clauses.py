"""What each clause of ISO/IEC 42001 leaves behind, and in which registers that is. Data.

What is looked for is said in our own words; the titles are the catalogue's.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l

from aims.clauses.answers import BY_CODE
from aims.clauses.facts import ISO_42001
from controls.catalogues.shipped import catalogue

Text = str | Promise


@dataclass(frozen=True)
class Source:
    """A register whose records answer a clause; ``kind``: of those only, by that field."""

    slug: str
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """A clause with what is looked for. ``held``: where that is, if other registers than those that answer the clause
    on the map; records linked with it count anywhere."""

    clause: str
    asked: Text
    held: tuple[Source, ...] | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        if self.held is not None:
            return self.held
        return tuple(Source(slug) for slug in BY_CODE[self.clause].registers)

    @property
    def title(self) -> str:
        return title_of(self.clause)


def title_of(clause: str) -> str:
    """As the catalogue has it."""
    return catalogue(ISO_42001).item(clause).name


def _of(*slugs: str) -> tuple[Source, ...]:
    return tuple(Source(*slug.split(":")) for slug in slugs)


HEADS = {clause: title_of(clause) for clause in ("4", "5", "6", "7", "8", "9", "10")}
LINES = (
    Line("4.1", _l("Issues, climate change, AI roles")),
    Line("4.2", _l("Interested parties and what they require")),
    Line("4.3", _l("Scope statement"), _of("scope")),
    Line("4.4", _l("The processes and how they work together")),
    Line("5.1", _l("What top management committed to and granted")),
    Line("5.2", _l("AI policy"), _of("documents:ai-policy")),
    Line("5.3", _l("Roles with their authority")),
    Line("6.1.1", _l("Risk criteria, opportunities"), _of("risk-criteria", "opportunities")),
    Line("6.1.2", _l("Assessed risks"), _of("risks")),
    Line(
        "6.1.3",
        _l("Treatment plan, Statement of Applicability, accepted residual risks"),
        _of("treatment-plans", "soa", "treatments"),
    ),
    Line("6.1.4", _l("Impact assessments")),
    Line("6.2", _l("AI objectives")),
    Line("6.3", _l("Changes to the management system")),
    Line("7.1", _l("Resources of the AI systems"), _of("resources")),
    Line("7.2", _l("Needed competence and its proof")),
    Line("7.3", _l("What people were told")),
    Line("7.4", _l("Communication plan")),
    Line("7.5", _l("The documents, and those from outside"), _of("documents")),
    Line("8.1", _l("AI systems and the controls at work"), _of("ai-systems", "components", "controls")),
    Line("8.2", _l("Results of risk assessments")),
    Line("8.3", _l("Results of risk treatment")),
    Line("8.4", _l("Results of impact assessments")),
    Line("9.1", _l("Measurements, tests of controls"), _of("measurements", "control-tests")),
    Line("9.2.1", _l("Internal audits, at planned intervals")),
    Line("9.2.2", _l("Audit programme and audit results")),
    Line("9.3", _l("Inputs and results of management reviews"), ()),
    Line("10.1", _l("Improvements")),
    Line(
        "10.2",
        _l("Nonconformities, their causes and corrective actions"),
        _of("nonconformities", "corrective-actions"),
    ),
)
"""The clauses of the map, 7.5 and 9.3 as a whole. A register is named where its records are the outcome: so some lines
hold fewer registers than answer the clause, and 8.1 and 9.1 others."""
