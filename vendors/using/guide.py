"""From a request to an approved use: the steps, what each still lacks, and where it is taken. Nothing here writes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.cadence import nth
from grc.registers.register import registers
from vendors.agreements.needing import OWN_DUTIES, keys_needing_dpa
from vendors.agreements.standing import Cover, covers_of
from vendors.changes.places import EEA, names_of
from vendors.knowledge.coverage import CONSEQUENTIAL, Coverage, coverage_of
from vendors.models import Agreement, ExitPlan, Offering, Route, Vendor, VendorPlan, VendorReview
from vendors.models.vendor import PERSONAL

Role, Outcome = Offering.GDPRRole, VendorReview.Outcome
PASSED = (Outcome.GOOD, Outcome.CONDITIONS)
WEIGHTY = (Vendor.Criticality.HIGH, Vendor.Criticality.CRITICAL)


@dataclass(frozen=True)
class Case:
    """All that the steps are judged by. ``plans`` are those that may be used, ``routes`` theirs.

    ``needs_dpa``: by its role, or by what may reach it.
    """

    offering: Offering
    vendor: Vendor
    plans: Sequence[VendorPlan]
    routes: Sequence[Route]
    cover: Cover
    needs_dpa: bool
    agreement: Agreement | None
    coverage: Coverage
    passed: VendorReview | None
    running: VendorReview | None
    exit_plan: ExitPlan | None
    today: dt.date

    @property
    def personal(self) -> bool:
        return any(set(route.data) & set(PERSONAL) for route in self.routes)


@dataclass(frozen=True)
class Step:
    """``said``: what stands, in words that a day alone does not change; ``missing``: what is to be done, empty where
    nothing is; ``url``: where (``post``: by a button). ``is_next``: the first that lacks something."""

    key: str
    name: str
    said: str
    missing: str
    url: str
    is_next: bool = False
    post: bool = False

    @property
    def done(self) -> bool:
        return not self.missing


def read_case(offering: Offering, today: dt.date) -> Case:
    """A fixed number of queries."""
    organisation = offering.organisation
    mine = Q(archived_at=None, vendor=offering.vendor_id) & (Q(offering=None) | Q(offering=offering.pk))
    vendor = Vendor.objects.within(organisation).select_related("organisation").get(pk=offering.vendor_id)
    plans: Any = VendorPlan.objects.within(organisation).filter(offering=offering.pk, archived_at=None, allowed=True)
    plans = list(plans.select_related("organisation").order_by("pk"))
    routes: Any = Route.objects.within(organisation).filter(plan__in=plans, archived_at=None)
    reviews: Any = VendorReview.objects.within(organisation).filter(mine).select_related("organisation")
    exits: Any = ExitPlan.objects.within(organisation).filter(mine).select_related("organisation")
    drafts: Any = Agreement.objects.within(organisation).filter(mine, kind=Agreement.Kind.DPA)
    return Case(
        offering=offering,
        vendor=vendor,
        plans=plans,
        routes=list(routes.select_related("organisation", "plan", "through").order_by("pk")),
        cover=covers_of([offering], today)[offering.pk],
        needs_dpa=offering.pk in keys_needing_dpa([offering]),
        agreement=drafts.select_related("organisation").order_by("-pk").first(),
        coverage=coverage_of(offering, today),
        passed=reviews.exclude(outcome=Outcome.OPEN).order_by("-done_on", "-pk").first(),
        running=reviews.filter(outcome=Outcome.OPEN).order_by("-pk").first(),
        exit_plan=exits.order_by("offering", "pk").first(),  # its own before its vendor's: nulls come last
        today=today,
    )


def case_of(offering: Offering) -> Case:
    """``read_case``, today, once for each object: several parts of a page ask, and whether it can be sent."""
    case: Case | None = offering.__dict__.get("_case")
    if case is None:
        case = offering.__dict__["_case"] = read_case(offering, timezone.localdate())
    return case


def steps_of(case: Case) -> list[Step]:
    """All steps in their order; the last is the approval itself, which stands elsewhere."""
    found = [
        _who(case), _ways(case), _role(case), _dpa(case), _criticality(case), _assurance(case), _review(case),
        _exit(case),
    ]  # fmt: skip
    first = next((at for at, step in enumerate(found) if step.missing), None)
    return [replace(step, is_next=at == first) for at, step in enumerate(found)]


def missing_of(case: Case) -> str:
    """What is missing before its use can be approved, in one sentence; empty where nothing is."""
    state = case.offering.state
    if state in (Offering.State.REFUSED, Offering.State.ENDED):
        return _("It is not used: %s Ask for it again first.") % case.offering.state_reason
    lacking = [f"{step.name}: {step.missing}" for step in steps_of(case) if step.missing]
    return _("Its use cannot be approved yet. %s") % " ".join(lacking) if lacking else ""


def _url(record: Any, what: str = "detail") -> str:
    return registers.of(type(record)).url(what, record)


def _new(case: Case, slug: str, **given: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in given.items())
    return f"{registers.by_slug(slug).list_url(case.offering.organisation.slug)}new?{query}"


def _who(case: Case) -> Step:
    vendor, offering = case.vendor, case.offering
    lacking = []
    if not vendor.legal_name.strip():
        lacking.append(_("which company signs"))
    if not vendor.country:
        lacking.append(_("where it sits"))
    url = _url(vendor, "edit")
    if not offering.purpose.strip():
        url = url if lacking else _url(offering, "edit")
        lacking.append(_("what you use it for"))
    said = ", ".join(part for part in (vendor.legal_name or vendor.name, vendor.country) if part)
    missing = _("Say %s.") % ", ".join(lacking) if lacking else ""
    return Step("who", _("Who and what"), said, missing, url)


def _ways(case: Case) -> Step:
    said = "; ".join(_way(route) for route in case.routes)
    name, missing, url = _("Plan and route"), "", _url(case.offering)
    if not case.plans:
        missing, url = _("Add the plan that you want to use."), _new(
            case, "vendor-plans", offering=case.offering.reference
        )  # fmt: skip
    elif not case.routes:
        missing, url = _("Add the route by which it is reached."), _new(case, "routes", plan=case.plans[0].reference)
    elif bare := next((route for route in case.routes if not route.data), None):
        missing, url = _("Say which data may go by “%s”.") % bare.name, _url(bare, "edit")
    elif case.offering.kind == Offering.Kind.MODEL and (
        bare := next((route for route in case.routes if not route.model_ids), None)
    ):
        missing, url = _("Name the models behind “%s”.") % bare.name, _url(bare, "edit")
    return Step("ways", name, said, missing, url)


def _way(route: Route) -> str:
    return f"{route.plan.name}: {route.name}"


def _role(case: Case) -> Step:
    offering, missing = case.offering, ""
    if offering.gdpr_role == Role.UNDECIDED:
        missing = _("Decide whether it is a processor, a controller, or sees no personal data.")
    elif offering.gdpr_role == Role.NONE and case.personal:
        missing = _("Personal data may go there, so it has a role.")
    return Step("role", _("Role under GDPR"), str(offering.get_gdpr_role_display()), missing, _url(offering, "edit"))


def _dpa(case: Case) -> Step:
    name, dpa = _("Data processing agreement"), case.cover.dpa
    if dpa is not None and (missing := _contradicted(dpa, case.routes)):
        return Step("dpa", name, str(dpa), missing, _url(dpa, "edit"))
    if dpa is not None:
        return Step("dpa", name, str(dpa), "", _url(dpa))
    if not case.needs_dpa and case.offering.gdpr_role == Role.UNDECIDED:
        missing = _("Decide its role first: a processor needs one.")
        return Step("dpa", name, _("None"), missing, _url(case.offering, "edit"))
    if not case.needs_dpa:
        own = case.offering.gdpr_role in OWN_DUTIES
        said = _("Not needed: it is no processor.") if own else _("Not needed: no personal data goes there.")
        return Step("dpa", name, said, "", _url(case.offering))
    new = _new(case, "agreements", vendor=case.vendor.reference, kind="dpa")
    return Step("dpa", name, _("None"), " ".join(case.cover.gaps), _url(case.agreement) if case.agreement else new)


def _contradicted(dpa: Agreement, routes: Sequence[Route]) -> str:
    """Where personal data goes although the agreement says that it leaves the EEA by no route; empty where nowhere."""
    if dpa.transfer != Agreement.Transfer.NONE:
        return ""
    for route in routes:
        if route.country and route.country not in EEA and set(route.data) & set(PERSONAL):
            said = {"dpa": dpa.reference, "route": route.name, "country": ", ".join(names_of([route.country]))}
            return _("%(dpa)s says that no data leaves the EEA, and the route “%(route)s” leads to %(country)s.") % said
    return ""


def _criticality(case: Case) -> Step:
    vendor = case.vendor
    undecided = vendor.criticality == Vendor.Criticality.UNDECIDED
    missing = _("Judge how critical its vendor is, and say why.") if undecided else ""
    said = str(vendor.get_criticality_display())
    return Step("criticality", _("Criticality"), said, missing, _url(vendor, "edit"))


def _assurance(case: Case) -> Step:
    coverage, accepted = case.coverage, case.offering.assurance_reason.strip()
    url = f"{_url(case.offering)}#coverage"
    if coverage.enough:
        return Step("assurance", _("Assurance"), _("Enough for how it is used here."), "", url)
    if accepted:
        said = _("Not enough by itself; accepted, because: %s") % accepted
        return Step("assurance", _("Assurance"), said, "", url)
    missing = _("%s Or say in the offering why what its vendor holds is accepted.") % coverage.reason
    return Step("assurance", _("Assurance"), _("Not enough by itself"), missing, url)


def _review(case: Case) -> Step:
    name, last = _("Review"), case.passed
    said = _("None is done") if last is None else f"{last.reference}: {last.get_outcome_display()}, {last.done_on}"
    fresh = last is not None and last.done_on is not None and nth(last.done_on, "yearly", 1) >= case.today
    if last is not None and fresh and last.outcome in PASSED:
        return Step("review", name, said, "", _url(last))
    if case.running is not None:
        missing = _("Finish %s.") % case.running.reference
        return Step("review", name, said, missing, _url(case.running, "questions"))
    if last is None:
        missing = _("Review it: ten questions.")
    elif fresh:
        missing = _("%s found it not good enough.") % last.reference
    else:
        done = formats.day(last.done_on) if last.done_on else ""
        missing = _("It was last reviewed on %s, more than a year ago.") % done
    return Step("review", name, said, missing, _url(case.offering, "review"), post=True)


def needs_exit_plan(vendor: Vendor, offering: Offering) -> bool:
    """Whether one must know how to go on without it: a weighty vendor, or output that sways decisions about people."""
    return vendor.criticality in WEIGHTY or offering.decisions in CONSEQUENTIAL


def _exit(case: Case) -> Step:
    name, plan = _("Exit plan"), case.exit_plan
    if not needs_exit_plan(case.vendor, case.offering):
        said = str(plan) if plan else _("Not needed: one can go on without it.")
        return Step("exit", name, said, "", _url(plan) if plan else _url(case.offering))
    if plan is None:
        url = _new(case, "exit-plans", vendor=case.vendor.reference, offering=case.offering.reference)
        return Step("exit", name, _("None"), _("Write down how you would go on without it."), url)
    said = f"{plan}: {plan.get_rehearsal_display()}"
    if plan.rehearsed_on is None and plan.review_on is None:
        return Step("exit", name, said, _("Rehearse it, or set the day of its first rehearsal."), _url(plan, "edit"))
    return Step("exit", name, said, "", _url(plan))
