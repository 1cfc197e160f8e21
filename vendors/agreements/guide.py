"""What each point of a DPA asks, in our own words, for whoever reads a contract beside this list.

Source: Regulation (EU) 2016/679, Art. 28(3), as read on 21 November 2026.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vendors.models import AgreementPoint

Point = AgreementPoint.Point
SOURCE = "Regulation (EU) 2016/679, Art. 28(3)"
READ_ON = dt.date(2026, 11, 21)
"""The day on which these words were held against the law."""


@dataclass(frozen=True)
class Ask:
    """``what`` a text has to say; ``hint``: where it usually stands, and what is no answer."""

    what: str | Promise
    hint: str | Promise


PARTICULARS = (
    Point.SUBJECT, Point.DURATION, Point.NATURE, Point.PURPOSE, Point.DATA_TYPES, Point.SUBJECTS, Point.CONTROLLER,
)  # fmt: skip
"""What the first sentence asks; the other points are its letters."""

ASKS: dict[str, Ask] = {
    Point.SUBJECT: Ask(
        _("Which service the processing belongs to."), _("Mostly the first clause, or the first line of annex 1.")
    ),
    Point.DURATION: Ask(
        _("How long data is processed."), _("“As long as the main contract runs” is enough; silence is not.")
    ),
    Point.NATURE: Ask(
        _("What is done with the data: hosted, sent to a model, labelled, deleted."), _("Mostly in annex 1.")
    ),
    Point.PURPOSE: Ask(
        _("What it is done for."), _("“To provide the service” alone says little where a vendor may also train.")
    ),
    Point.DATA_TYPES: Ask(
        _("Which personal data: names, claims, health, prompts with whatever people type."),
        _("A list that leaves out what you really send does not cover it."),
    ),
    Point.SUBJECTS: Ask(_("Whose data it is: policyholders, applicants, staff."), _("Mostly in annex 1.")),
    Point.CONTROLLER: Ask(
        _("What the controller has to do, and what it may ask for."),
        _("Look for instructions, lawfulness of the data, and who decides on changes."),
    ),
    Point.A: Ask(
        _("The vendor acts on your instructions only, which are kept in writing; the same for sending data abroad."),
        _("If law forces it to do otherwise, it tells you before, unless that law forbids it."),
    ),
    Point.B: Ask(
        _("Everybody who may touch the data has promised secrecy, or is bound to it by law."),
        _("Staff and contractors alike."),
    ),
    Point.C: Ask(
        _("Security as Art. 32 asks: measures that fit the risk."),
        _("A reference to an annex with measures counts; a promise to be careful does not."),
    ),
    Point.D: Ask(
        _("Subprocessors only with your permission, and under the same duties."),
        _("Note the days to object in the agreement itself: the clock for notices reads them there."),
    ),
    Point.E: Ask(
        _("Help with what people may ask for: access, correction, deletion, objection."),
        _("By means that fit the service; some vendors point to their own controls."),
    ),
    Point.F: Ask(
        _("Help with security, breaches, impact assessments and asking the authority first."),
        _("Art. 32 to 36. Note the hours for a breach in the agreement itself."),
    ),
    Point.G: Ask(
        _("At the end, data is deleted or given back: your choice."),
        _("Look for backups, logs, and for what was learnt from the data."),
    ),
    Point.H: Ask(
        _("You get what shows that all this is kept, and may audit, yourself or through somebody."),
        _("It also has to warn you of an instruction that would break the law."),
    ),
}
"""What each point asks."""
