"""A control on one screen: what it asks, its evidence, tests, decision records, findings, and latest changes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from controls.models import Control, ControlTest, Requirement
from controls.models.test import Result
from controls.rules.systems import KnownSystem, systems_of
from controls.testing.panels import TONES, Bead, beads_of
from evidence.decisions.chapters import OUTCOMES
from evidence.find.reach import DecisionReach
from evidence.library.freshness import Supporting, evidence_for
from evidence.models import DecisionRow, EvidenceRequest, EvidenceWanted, Term
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.actions.links import LinkedRecord, links_of
from grc.registers.history import Step, changes
from grc.registers.register import registers

DAYS = 30
LATEST = 4


@dataclass(frozen=True)
class Tested:
    """A test with its latest runs, oldest first."""

    test: ControlTest
    tone: str
    beads: list[Bead]


@dataclass(frozen=True)
class Traffic:
    """What the proxies recorded of one AI system lately; ``outcomes``: name, colour, count, address."""

    name: str
    url: str
    total: int
    outcomes: list[tuple[str, str, int, str]]


@dataclass(frozen=True)
class Finding:
    """Something about this control that is not as it should be, and where one sees it."""

    text: str
    url: str
    tone: str


def screen(control: Control, actor: Actor) -> dict[str, Any]:
    """Everything about ``control`` that ``actor`` may see, for its page."""
    linked = links_of(record=control.key, actor=actor)
    evidence = (evidence_for([control.pk], actor) or {}).get(control.pk)
    tests = tests_of(control, actor)
    may_edit = control.archived_at is None and allows(actor, Permission.CONTROLS_EDIT, control)
    return {
        "control": control,
        "asks": requirements_of(linked, actor),
        "evidence": evidence,
        "tests": tests,
        "traffic": traffic_of(linked, actor),
        "days": DAYS,
        "wanted": wanted_of(control, actor),
        "findings": findings_of(control, tests, evidence, actor),
        "steps": latest_steps(control),
        "add_test": f"{reverse('control-tests-new', args=[actor.organisation.slug])}?control={control.reference}"
        if may_edit
        else "",
        "add_wanted": f"{reverse('evidence-wanted-new', args=[actor.organisation.slug])}?about={control.reference}"
        if may_edit and actor.can(Permission.EVIDENCE_EDIT)
        else "",
        "history_url": registers.of(Control).url("history", control),
    }


def requirements_of(linked: list[LinkedRecord], actor: Actor) -> list[Requirement]:
    """The requirements that it serves, as their frameworks order them."""
    keys = [one.key.pk for one in linked if one.key.register == "requirements"]
    if not keys:
        return []
    rows = Requirement.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(pk__in=keys, archived_at=None)
    return list(rows.select_related("framework", "organisation").order_by("framework_id", "position", "pk"))


def tests_of(control: Control, actor: Actor) -> list[Tested]:
    rows = ControlTest.objects.permitted(actor, Permission.CONTROLS_VIEW).filter(control=control, archived_at=None)
    tests = list(rows.select_related("owner", "organisation").order_by("kind", "pk"))
    runs = beads_of(tests, actor.organisation)
    return [
        Tested(test, TONES[Result(test.last_result)] if test.last_result else "", runs.get(test.pk, []))
        for test in tests
    ]


def traffic_of(linked: list[LinkedRecord], actor: Actor) -> list[Traffic] | None:
    """The decisions of the AI systems that it is linked with; None for who may not see decision records."""
    if not actor.can(Permission.DECISIONS_VIEW):
        return None
    keys = {one.key.pk: one for one in linked if one.key.register == "ai-systems"}
    known = [system for system in systems_of(actor.organisation).values() if system.key_id in keys] if keys else []
    if not known:
        return []
    counts = _counts(known, actor)
    decisions = reverse("decisions", args=[actor.organisation.slug])
    return [_traffic(system, keys[system.key_id].url, counts.get(system.runtime_id, {}), decisions) for system in known]


def _counts(known: list[KnownSystem], actor: Actor) -> dict[str, dict[int, int]]:
    since = timezone.now() - dt.timedelta(days=DAYS)
    names = [system.runtime_id for system in known]
    terms = Term.objects.within(actor.organisation).filter(kind=Term.Kind.SYSTEM, text__in=names)
    texts: dict[Any, str] = {term.pk: term.text for term in terms}
    rows = DecisionReach.whole(actor).rows().filter(system_id__in=texts, kind=DecisionRow.Kind.DECISION, ts__gte=since)
    found: dict[str, dict[int, int]] = {}
    for row in rows.values("system_id", "outcome").annotate(n=Count("seq")):
        outcome: Any = row["outcome"]  # of a decision, so that it is there
        found.setdefault(texts[row["system_id"]], {})[outcome] = row["n"]
    return found


def _traffic(system: KnownSystem, url: str, counts: dict[int, int], decisions: str) -> Traffic:
    outcomes = []
    for outcome in DecisionRow.Outcome:
        name = outcome.name.lower()
        if counts.get(outcome.value):
            query = urlencode({"system": system.runtime_id, "outcome": name, "period": f"{DAYS}d"})
            label, tone = OUTCOMES[name]
            outcomes.append((str(label), tone, counts[outcome.value], f"{decisions}?{query}"))
    return Traffic(system.name, url, sum(counts.values()), outcomes)


def wanted_of(control: Control, actor: Actor) -> list[tuple[EvidenceWanted, EvidenceRequest | None]] | None:
    """What evidence is wanted about it, each with the request that is open; None for who may not see evidence."""
    if not actor.can(Permission.EVIDENCE_VIEW):
        return None
    rows = EvidenceWanted.objects.permitted(actor, Permission.EVIDENCE_VIEW).filter(about=control.key, archived_at=None)
    wanted = list(rows.select_related("owner", "organisation").order_by("next_on", "pk"))
    asked = EvidenceRequest.objects.within(actor.organisation).filter(
        wanted__in=wanted, state=EvidenceRequest.State.OPEN, archived_at=None
    )
    open_: dict[int | None, EvidenceRequest] = {
        request.wanted_id: request for request in asked.select_related("organisation").order_by("-due_on")
    }
    return [(one, open_.get(one.pk)) for one in wanted]


def findings_of(
    control: Control, tests: list[Tested], evidence: list[Supporting] | None, actor: Actor
) -> list[Finding]:
    """What contradicts it: tests that failed, evidence that supports nothing any more."""
    found = []
    for tested in tests:
        if tested.test.last_result in (Result.FAILED, Result.UNABLE):
            url = tested.beads[-1].url if tested.beads else tested.test.get_absolute_url()
            text = f"{tested.test.name}: {tested.test.get_last_result_display()}"
            found.append(Finding(text, url, "red" if tested.test.last_result == Result.FAILED else "orange"))
    return found + [
        Finding(f"{one.item.name}: {one.verdict.sentence}", one.item.get_absolute_url(), "orange")
        for one in evidence or []
        if not one.verdict.supports
    ]


def latest_steps(control: Control) -> list[Step]:
    """The last changes, newest first; the whole history is a page of its own."""
    register = registers.of(Control)
    rows = control.history.select_related("history_user", "organisation", *register.foreign(register.fields))
    found = list(rows.order_by("-history_date", "-history_id")[: LATEST + 1])
    earlier = found[LATEST] if len(found) > LATEST else None
    return changes(register, [*found[:LATEST], earlier])
