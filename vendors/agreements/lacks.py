"""What keeps a data processing agreement from counting as one: sentences, nothing for one that is complete.

"Not looked at" is a lack like any other: what nobody has read shows nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from evidence.library.freshness import judge
from evidence.models import EvidenceItem
from grc import formats
from vendors.agreements.terms import Term, months_after
from vendors.models import Agreement, AgreementPoint

Point, Finding, Party = AgreementPoint.Point, AgreementPoint.Finding, Agreement.Party
CHECK_MONTHS = 12
"""So long a look at the list of the Data Privacy Framework holds: those on it certify themselves anew every year."""
MODULES = {Party.CONTROLLER: "2", Party.PROCESSOR: "3", Party.SUBPROCESSOR: "3"}
"""Which module of Decision (EU) 2021/914 fits, by what we are, where the vendor processes for us."""


def lacks_of(agreement: Agreement, points: Iterable[AgreementPoint], term: Term, today: dt.date) -> list[str]:
    """All that is missing. Reads ``agreement.file``, ``agreement.assessment`` and their ``files``: prefetch them."""
    return [
        *_force(agreement, term, today),
        *_text(agreement, today),
        *_parties(agreement),
        *points_lacking(points),
        *_subprocessors(agreement),
        *_transfer(agreement, today),
        *_united_kingdom(agreement, today),
        *_training(agreement),
    ]


def met(point: AgreementPoint) -> bool:
    """Whether the agreement says it, in a clause that is named."""
    return point.archived_at is None and point.finding == Finding.MET and bool(point.clause.strip())


def points_lacking(points: Iterable[AgreementPoint]) -> Iterator[str]:
    """One sentence for what nobody has looked at, one for what it does not say, one for what names no clause."""
    found = {Point(point.point): point for point in points if point.archived_at is None}
    unseen = [one for one in Point if one not in found or found[one].finding == Finding.OPEN]
    absent = [one for one in Point if one in found and found[one].finding == Finding.MISSING]
    vague = [one for one in Point if one in found and found[one].finding == Finding.MET and not met(found[one])]
    if unseen:
        yield _("Not looked at yet: %s.") % _named(unseen)
    if absent:
        yield _("It does not say: %s.") % _named(absent)
    if vague:
        yield _("No clause is named for: %s.") % _named(vague)


def _named(points: Sequence[AgreementPoint.Point]) -> str:
    return "; ".join(str(point.label) for point in points)


def _force(agreement: Agreement, term: Term, today: dt.date) -> Iterator[str]:
    if agreement.archived_at is not None:
        yield _("It is archived.")
    if agreement.signed_on is None:
        yield _("Nobody noted when it was signed.")
    elif agreement.signed_on > today:
        yield _("It is to be signed on %s only.") % formats.day(agreement.signed_on)
    if term.begins_on is not None and term.begins_on > today:
        yield _("It is in force from %s only.") % formats.day(term.begins_on)
    if term.ends_on is not None and term.ends_on < today:
        yield _("It ended on %s.") % formats.day(term.ends_on)


def _text(agreement: Agreement, today: dt.date) -> Iterator[str]:
    if agreement.file is None:
        yield _("The signed text is not in the evidence library.")
    elif not _supports(agreement.file, today):
        yield _("The signed text does not hold: %s") % _why_not(agreement.file, today)


def _supports(item: EvidenceItem, today: dt.date) -> bool:
    return item.archived_at is None and judge(item, has_file=bool(item.files.all()), today=today).supports


def _why_not(item: EvidenceItem, today: dt.date) -> str:
    if item.archived_at is not None:
        return _("Its item in the evidence library is archived.")
    return judge(item, has_file=bool(item.files.all()), today=today).sentence


def _parties(agreement: Agreement) -> Iterator[str]:
    if agreement.they_are not in (Party.PROCESSOR, Party.SUBPROCESSOR) or agreement.we_are == Party.NONE:
        yield _("A DPA binds a vendor that processes for you; it says: you are “%(we)s”, the vendor is “%(they)s”.") % {
            "we": agreement.get_we_are_display(),
            "they": agreement.get_they_are_display(),
        }


def _subprocessors(agreement: Agreement) -> Iterator[str]:
    if agreement.authorisation == Agreement.Authorisation.UNKNOWN:
        yield _("Nobody has looked at what it says about subprocessors (28(2)).")
    if agreement.authorisation == Agreement.Authorisation.NONE:
        return  # nobody to whom duties could be handed on
    if agreement.flow_down == Agreement.Answer.UNKNOWN:
        yield _("Nobody has looked at whether subprocessors get the same duties (28(4)).")
    elif agreement.flow_down == Agreement.Answer.NO:
        yield _("Subprocessors do not get the same duties (28(4)).")


def _transfer(agreement: Agreement, today: dt.date) -> Iterator[str]:
    kind = Agreement.Transfer(agreement.transfer)
    if kind == Agreement.Transfer.UNDECIDED:
        yield _("Nobody has looked at whether data leaves the EEA.")
    elif kind == Agreement.Transfer.OPEN:
        yield _("Data leaves the EEA, and nothing covers it.")
    elif kind == Agreement.Transfer.ADEQUACY and not agreement.adequacy.strip():
        yield _("It rests on an adequacy decision, and does not say on which.")
    elif kind == Agreement.Transfer.DPF:
        yield from _framework(agreement, today)
    elif kind == Agreement.Transfer.SCC:
        yield from _clauses(agreement)
    if kind in (Agreement.Transfer.SCC, Agreement.Transfer.BCR):
        yield from _assessment(agreement, today)


def framework_until(agreement: Agreement) -> dt.date | None:
    """The last day on which the look at the Data Privacy Framework's list still holds."""
    checked = agreement.dpf_checked_on
    if checked is None or checked.year == dt.MAXYEAR:
        return checked
    return months_after(checked, CHECK_MONTHS)


def _framework(agreement: Agreement, today: dt.date) -> Iterator[str]:
    checked, until = agreement.dpf_checked_on, framework_until(agreement)
    if checked is None or until is None:
        yield _("Nobody has checked whether the vendor is on the Data Privacy Framework’s list.")
    elif checked > today:
        yield _("The Data Privacy Framework’s list is to be checked on %s only.") % formats.day(checked)
    elif until < today:
        yield _("The Data Privacy Framework’s list was last checked on %s, more than a year ago.") % formats.day(
            checked
        )


def _clauses(agreement: Agreement) -> Iterator[str]:
    wanted = MODULES.get(Party(agreement.we_are))
    if not {"2", "3"} & set(agreement.scc_modules):
        yield _("The standard contractual clauses need module 2 or 3.")
    elif wanted and wanted not in agreement.scc_modules:
        yield _("Where you are “%(we)s”, the standard contractual clauses need module %(module)s.") % {
            "we": agreement.get_we_are_display(),
            "module": wanted,
        }


def _assessment(agreement: Agreement, today: dt.date) -> Iterator[str]:
    if agreement.assessment is None:
        yield _("There is no transfer impact assessment.")
    elif not _supports(agreement.assessment, today):
        yield _("The transfer impact assessment does not hold: %s") % _why_not(agreement.assessment, today)


def _united_kingdom(agreement: Agreement, today: dt.date) -> Iterator[str]:
    if agreement.uk_data == Agreement.Answer.UNKNOWN:
        yield _("Nobody has looked at whether data comes from the UK.")
    if agreement.uk_data != Agreement.Answer.YES or agreement.adequacy.strip():
        return
    if agreement.uk_addendum_on is None:
        yield _("Data comes from the UK: it needs the UK addendum or IDTA, or an adequacy decision by its name.")
    elif agreement.uk_addendum_on > today:
        yield _("The UK addendum or IDTA is to be signed on %s only.") % formats.day(agreement.uk_addendum_on)


def _training(agreement: Agreement) -> Iterator[str]:
    if agreement.training == Agreement.Training.UNKNOWN:
        yield _("Nobody has looked at whether the vendor may train on your data.")
    elif may_train(agreement) and (
        agreement.training_decider == Agreement.Decider.OPEN or not agreement.training_reason.strip()
    ):
        if agreement.training == Agreement.Training.OPT_OUT:
            yield _("It lets the vendor train unless you object, and nobody settled who decides why and how (28(10)).")
        else:
            yield _("It lets the vendor train on your data, and nobody settled who decides why and how (28(10)).")


def may_train(agreement: Agreement) -> bool:
    """Whether the text lets the vendor train without asking; an objection can be lifted, or come too late."""
    return agreement.training in (Agreement.Training.MAY, Agreement.Training.OPT_OUT)
