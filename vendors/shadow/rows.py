"""Findings on shadow use as an actor reads them: with the records behind each, and what they can do about it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Registry
from vendors.models import Offering, ShadowUse, Vendor
from vendors.shadow.actions import is_keeper
from vendors.shadow.findings import Finding, Seen, Shadow

P = Permission


@dataclass(frozen=True)
class Step:
    """Something that one can do about a finding."""

    label: str | Promise
    url: str
    icon: str


@dataclass(frozen=True)
class Row:
    """``records``: the address of the decision records behind it; empty for who may not read them."""

    finding: Finding
    records: str = ""
    steps: list[Step] = field(default_factory=list)
    accept: str = ""

    @property
    def needs_more(self) -> str:
        """What has to be done besides, in a sentence; empty where the word for it says all."""
        finding = self.finding
        if finding.system is None and finding.seen.system:
            return _("No AI system is registered under this id.")
        if not finding.seen.system:
            return _("The records name no AI system.")
        if finding.seen.answered:
            return _("It answered where another model was asked for.")
        return ""


further_steps: Registry[Callable[[Finding, Actor], Iterable[Step]]] = Registry()
"""What apps above offer to do about a finding."""


def rows_of(findings: Iterable[Finding], actor: Actor) -> list[Row]:
    """One more query, for vendors' names, where a model is unknown."""
    found = list(findings)
    makers = _makers(actor) if any(one.why == ShadowUse.UNKNOWN for one in found) else {}
    return [
        Row(one, records_url(one.seen, actor), [*_steps(one, makers, actor)], _accept_url(one.seen, actor))
        for one in found
    ]


def records_url(seen: Seen, actor: Actor) -> str:
    """The list of decision records, narrowed to this use."""
    if not actor.can(P.DECISIONS_VIEW):
        return ""
    asked = {"period": "90d", "model": seen.model}
    if seen.answered:
        asked["kind"] = "completion"  # a completion names no system
    elif seen.system:
        asked["system"] = seen.system
    return f"{reverse('decisions', args=[actor.organisation.slug])}?{urlencode(asked)}"


def headings() -> list[str]:
    return [
        _("AI system"), _("Model"), _("Why it is not covered"), _("Nearest offering"), _("Decisions in 90 days"),
        _("First seen"), _("Last seen"), _("Accepted until"), _("Reason"),
    ]  # fmt: skip


def table_rows(shadow: Shadow) -> list[list[object]]:
    """Everything that is not covered, for a file."""
    return [
        [
            one.system.name if one.system else one.seen.system, one.seen.model, str(one.why.label),
            str(one.offering or ""), one.seen.decisions, one.seen.first_seen, one.seen.last_seen,
            one.accepted.until if one.accepted else "", one.accepted.reason if one.accepted else "",
        ]
        for one in (*shadow.findings, *shadow.accepted)
    ]  # fmt: skip


def _makers(actor: Actor) -> dict[str, str]:
    rows = Vendor.objects.permitted(actor, P.VENDORS_VIEW).filter(archived_at=None).order_by("-pk")
    return {name.lower(): reference for name, reference in rows.values_list("name", "reference")}


def _steps(finding: Finding, makers: dict[str, str], actor: Actor) -> Iterator[Step]:
    slug = actor.organisation.slug
    if actor.can(P.VENDORS_EDIT):
        if finding.why == ShadowUse.UNKNOWN:
            yield Step(_("Register it"), f"{reverse('offerings-new', args=[slug])}?{_prefill(finding, makers)}", "plus")
        elif finding.why == ShadowUse.OTHER_SYSTEM and finding.system and finding.route:
            asked = urlencode({"system": finding.system.key.reference, "route": finding.route.reference})
            yield Step(_("Register this use"), f"{reverse('uses-new', args=[slug])}?{asked}", "plus")
        elif finding.why == ShadowUse.PLAN and finding.route:
            yield Step(_("Look at the plan"), finding.route.plan.get_absolute_url(), "receipt")
        elif finding.offering and finding.why in (ShadowUse.ADDED, ShadowUse.NOT_APPROVED):
            words = _("Have it approved anew") if finding.why == ShadowUse.ADDED else _("Have it approved")
            url = finding.offering.get_absolute_url()
            if finding.why == ShadowUse.ADDED and allows(actor, P.VENDORS_EDIT, finding.offering):
                url = registers.of(Offering).url("send", finding.offering)
            yield Step(words, url, "check")
    for add in further_steps:
        yield from add(finding, actor)


def _prefill(finding: Finding, makers: dict[str, str]) -> str:
    provider = finding.seen.model.partition("/")[0].lower()
    maker = next((reference for name, reference in makers.items() if name.split()[0] == provider), "")
    return urlencode({"kind": Offering.Kind.MODEL.value} | ({"vendor": maker} if maker else {}))


def _accept_url(seen: Seen, actor: Actor) -> str:
    if not is_keeper(actor):
        return ""
    asked = urlencode({"system": seen.system, "model": seen.model})
    return f"{reverse('shadow-use-accept', args=[actor.organisation.slug])}?{asked}"
