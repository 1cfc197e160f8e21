"""What to look out for in an agreement before it hurts: sentences, none of which keeps it from counting."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc import formats
from vendors.agreements.lacks import framework_until, may_train
from vendors.agreements.terms import Term
from vendors.models import Agreement

AHEAD = dt.timedelta(days=90)
"""So long before it is too late for notice, or an agreement ends, somebody is told."""
SOON = dt.timedelta(days=60)
"""So long before a signed text expires, or a check has to be made again, somebody is told."""


def cautions_of(agreement: Agreement, term: Term, today: dt.date) -> list[str]:
    """What comes near, and what somebody who relies on ``agreement`` should know."""
    found = [*_nearing(agreement, term, today)]
    if agreement.kind == Agreement.Kind.DPA and (term.ends_on is None or term.ends_on >= today):
        found += [*_expiring(agreement, today), *_reading(agreement)]
    return found


def _nearing(agreement: Agreement, term: Term, today: dt.date) -> Iterator[str]:
    if term.notice_by is not None and term.notice_by <= today + AHEAD:
        yield _("Notice is due by %(day)s (%(left)s), or it runs on after %(end)s.") % {
            "day": formats.day(term.notice_by),
            "left": days_left(term.notice_by, today),
            "end": formats.day(term.ends_on or term.notice_by),
        }
    renews = term.term_ends_on
    if renews is not None and renews != term.ends_on:
        yield _("It is too late for notice to %(day)s: the earliest end is %(end)s.") % {
            "day": formats.day(renews),
            "end": formats.day(term.ends_on or renews),
        }
    if renews is not None and agreement.notice_days is None:
        yield _("It renews by itself on %s, and nobody noted by when notice is due.") % formats.day(renews)
    elif renews is None and term.ends_on is not None and today <= term.ends_on <= today + AHEAD:
        yield _("It ends on %(day)s (%(left)s).") % {
            "day": formats.day(term.ends_on),
            "left": days_left(term.ends_on, today),
        }


def days_left(day: dt.date, today: dt.date) -> str:
    """How long it is until ``day``, which is not past: "today", "in 20 days"."""
    left = (day - today).days
    return ngettext("in %(n)d day", "in %(n)d days", left) % {"n": left} if left else _("today")


def _expiring(agreement: Agreement, today: dt.date) -> Iterator[str]:
    for item, words in (
        (agreement.file, _("The signed text expires on %s.")),
        (agreement.assessment, _("The transfer impact assessment expires on %s.")),
    ):
        if item is not None and item.expires_on is not None and today < item.expires_on <= today + SOON:
            yield words % formats.day(item.expires_on)
    until = framework_until(agreement) if agreement.transfer == Agreement.Transfer.DPF else None
    if until is not None and today <= until <= today + SOON:
        yield _("Check the Data Privacy Framework’s list again by %s.") % formats.day(until)


def _reading(agreement: Agreement) -> Iterator[str]:
    if agreement.authorisation == Agreement.Authorisation.GENERAL and agreement.objection_days is None:
        yield _("New subprocessors are announced, and nobody noted how many days you have to object.")
    if agreement.transfer not in (Agreement.Transfer.NONE, Agreement.Transfer.UNDECIDED) and not agreement.transfer_to:
        yield _("Nobody noted to which countries data goes.")
    if may_train(agreement) and agreement.training_decider == Agreement.Decider.VENDOR:
        yield _("For training the vendor is a controller: handing data over for it needs a legal basis of your own.")
    if may_train(agreement) and agreement.training_decider == Agreement.Decider.JOINT:
        yield _("For training you are joint controllers: that needs an arrangement under Art. 26.")
