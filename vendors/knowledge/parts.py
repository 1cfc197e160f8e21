"""What facts and assurance add to pages: of facts themselves, of offerings, of vendors, and to lists."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register, registers
from grc.registries import Part, list_actions, record_parts
from vendors.knowledge.combination import SOURCE
from vendors.knowledge.coverage import coverage_of
from vendors.knowledge.freshness import freshness_of
from vendors.knowledge.holding import held_of
from vendors.knowledge.shown import cited_by, facts_of, held_by, verdicts_of
from vendors.models import Assurance, Offering, Vendor, VendorFact
from vendors.models.citable import why_not_citable

P = Permission


@list_actions.add(order=20)
def known_providers(register: Register, actor: Actor) -> Iterable[Action]:
    if register.model in (Vendor, Offering, VendorFact) and actor.can(P.VENDORS_VIEW):
        yield Action(_("Known providers"), reverse("vendors-known", args=[actor.organisation.slug]), "books")


@record_parts.add(order=10)
def fact_standing(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above everything on a fact's page: whether it may be cited, what contradicts it, and who cites it."""
    if not isinstance(record, VendorFact):
        return
    today = timezone.localdate()
    context = {
        "fact": record,
        "freshness": freshness_of(record, today),
        "why_not": why_not_citable(record, today),
        "citing": cited_by(record, actor),
    }
    yield Part("vendors/knowledge/fact_standing.html", context, "top")


@record_parts.add(order=10)
def assurance_standing(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above everything on the page of a certificate or report: whether it counts today, and what it leaves open."""
    if isinstance(record, Assurance) and record.archived_at is None:
        yield Part("vendors/knowledge/held_standing.html", {"held": held_of(record, timezone.localdate())}, "top")


@record_parts.add(order=16)
def offering_covered(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On an offering's page: what covers it, what that leaves open; and its facts by topic."""
    if not isinstance(record, Offering):
        return
    today, slug = timezone.localdate(), actor.organisation.slug
    may_add = record.archived_at is None and allows(actor, P.VENDORS_EDIT)
    new = registers.of(Assurance).list_url(slug)
    yield Part(
        "vendors/knowledge/coverage_part.html",
        {
            "coverage": coverage_of(record, today),
            "source": SOURCE,
            "add_url": f"{new}new?vendor={record.vendor.reference}&offering={record.reference}" if may_add else "",
        },
    )
    add_fact = f"{registers.of(VendorFact).list_url(slug)}new?offering={record.reference}" if may_add else ""
    yield Part("vendors/knowledge/facts_part.html", {"facts": facts_of(record, actor, today), "add_url": add_fact})


@record_parts.add(order=16)
def vendor_holds(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On a vendor's page: what it holds, and whether that is enough for each of its offerings."""
    if not isinstance(record, Vendor):
        return
    today = timezone.localdate()
    may_add = record.archived_at is None and allows(actor, P.VENDORS_EDIT)
    new = registers.of(Assurance).list_url(actor.organisation.slug)
    context = {
        "rows": held_by(record, actor, today),
        "verdicts": verdicts_of(record, actor, today),
        "add_url": f"{new}new?vendor={record.reference}" if may_add else "",
    }
    yield Part("vendors/knowledge/vendor_part.html", context)
