"""``standing.counts_as_dpa`` as a condition of the database, for lists of any length. A test holds the two together."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from evidence.models import EvidenceItem, ItemFile
from grc.models.organisation import Organisation
from vendors.agreements.due import first_holding
from vendors.models import Agreement, AgreementPoint

A = Agreement


def counting(organisation: Organisation, today: dt.date) -> Q:
    """Which agreements of ``organisation`` count as a DPA on ``today``."""
    rows = Agreement.objects.within(organisation).annotate(points_met=_points_met(organisation))
    rows = rows.filter(_terms(today), _texts(organisation, today), points_met=len(AgreementPoint.Point))
    return Q(pk__in=rows.values("pk"))


def covered(organisation: Organisation, today: dt.date) -> Q:
    """Which offerings a DPA covers that counts: one for the offering alone, or for all of its vendor."""
    binding = Q(offering=OuterRef("pk")) | Q(offering=None, vendor=OuterRef("vendor"))
    return Q(Exists(Agreement.objects.within(organisation).filter(binding, counting(organisation, today))))


def _terms(today: dt.date) -> Q:
    """What the fields of the agreement itself have to say."""
    return (
        Q(kind=A.Kind.DPA, archived_at=None, signed_on__lte=today)
        & (Q(effective_on=None) | Q(effective_on__lte=today))
        & (Q(ended_on=None) | Q(ended_on__gte=today))
        & (Q(renewal=A.Renewal.AUTOMATIC) | Q(ends_on=None) | Q(ends_on__gte=today))
        & Q(they_are__in=(A.Party.PROCESSOR, A.Party.SUBPROCESSOR))
        & ~Q(we_are=A.Party.NONE)
        & (Q(authorisation=A.Authorisation.NONE) | (~Q(authorisation="unknown") & Q(flow_down=A.Answer.YES)))
        & _training()
        & _kingdom(today)
        & _transfer(today)
    )


def _training() -> Q:
    settled = ~Q(training_decider=A.Decider.OPEN) & _said("training_reason")
    return Q(training__in=(A.Training.NO, A.Training.ASKED)) | (
        Q(training__in=(A.Training.MAY, A.Training.OPT_OUT)) & settled
    )


def _kingdom(today: dt.date) -> Q:
    return Q(uk_data=A.Answer.NO) | (Q(uk_data=A.Answer.YES) & (Q(uk_addendum_on__lte=today) | _said("adequacy")))


def _transfer(today: dt.date) -> Q:
    module = Q(we_are=A.Party.CONTROLLER, scc_modules__contains=["2"]) | (
        ~Q(we_are=A.Party.CONTROLLER) & Q(scc_modules__contains=["3"])
    )
    holding = Q(dpf_checked_on__lte=today, dpf_checked_on__gte=first_holding(today))
    return (
        Q(transfer__in=(A.Transfer.NONE, A.Transfer.BCR))
        | (Q(transfer=A.Transfer.ADEQUACY) & _said("adequacy"))
        | (Q(transfer=A.Transfer.DPF) & holding)
        | (Q(transfer=A.Transfer.SCC) & module)
    )


def _texts(organisation: Organisation, today: dt.date) -> Q:
    """That the signed text and, where one is needed, the transfer impact assessment are there and hold."""
    files = ItemFile.objects.within(organisation).filter(item=OuterRef("pk"))
    holding = EvidenceItem.objects.within(organisation).filter(
        Q(Exists(files)), Q(expires_on=None) | Q(expires_on__gt=today), archived_at=None
    )
    assessed = ~Q(transfer__in=(A.Transfer.SCC, A.Transfer.BCR)) | Q(assessment__in=holding.values("pk"))
    return Q(file__in=holding.values("pk")) & assessed


def _points_met(organisation: Organisation) -> Coalesce:
    """How many points are met; looked up last, for what fulfils the rest alone."""
    met = AgreementPoint.objects.within(organisation).filter(
        _said("clause"), agreement=OuterRef("pk"), archived_at=None, finding=AgreementPoint.Finding.MET
    )
    return Coalesce(Subquery(met.order_by().values("agreement").annotate(n=Count("pk")).values("n")), 0)


def _said(name: str) -> Q:
    """That a text holds more than blanks."""
    return Q(**{f"{name}__regex": r"\S"})
