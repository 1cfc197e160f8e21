"""What stands on the pages of tests and runs beside their fields: the question in words, what came out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _

from controls.models import ControlTest, TestRun
from controls.models.test import Result
from controls.rules.fields import FIELDS, REGISTER_FIELDS
from controls.rules.rule import RuleRefused, read_rule, rule_of_data
from controls.samples import read_samples
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.organisation import Organisation

RECENT = 30
TONES = {Result.PASSED: "green", Result.FAILED: "red", Result.NOTHING: "yellow", Result.UNABLE: "orange"}


@dataclass(frozen=True)
class Bead:
    """One run in the row of the latest ones, oldest first."""

    run: TestRun
    tone: str
    url: str


@dataclass(frozen=True)
class Offending:
    """One offending record; ``url`` is empty for who may not see decision records, and for what is none."""

    place: str
    ts: str
    decision_id: str
    url: str
    about: str
    why: str


def beads_of(tests: Sequence[ControlTest], organisation: Organisation) -> dict[int, list[Bead]]:
    """The latest runs of each test, oldest first, by the test's key: one query for all of them."""
    place = Window(RowNumber(), partition_by="test", order_by=F("pk").desc())
    rows = TestRun.objects.within(organisation).filter(test__in=tests, archived_at=None).annotate(place=place)
    latest: Any = rows.filter(place__lte=RECENT).only("key", "reference", "done_on", "result", "test")
    found: dict[int, list[Bead]] = {}
    for run in latest.order_by("pk"):
        url = reverse("test-runs-detail", args=[organisation.slug, run.reference])
        found.setdefault(run.test_id, []).append(Bead(run, TONES[Result(run.result)], url))
    return found


def sentence_of(test: ControlTest) -> str:
    """What a test on decision records asks, in words; empty for tests by people."""
    if not test.by_itself:
        return ""
    try:
        return read_rule(test).sentence()
    except RuleRefused as error:
        return str(error)  # it was accepted once: the fields that one may ask for have changed since


def sentence_of_data(asked: dict[str, Any]) -> str:
    """What a run asked, in words, from the question as it was kept with it."""
    try:
        return rule_of_data(asked).sentence()
    except RuleRefused as error:
        return str(error)


def test_panel(test: ControlTest, actor: Actor) -> dict[str, Any]:
    return {
        "test": test,
        "sentence": sentence_of(test),
        "beads": beads_of([test], test.organisation).get(test.pk, []),
        "tone": TONES[Result(test.last_result)] if test.last_result else "",
        "fields": [(name, field.means, field.choices) for name, field in (FIELDS | REGISTER_FIELDS).items()],
    }


def run_panel(run: TestRun, actor: Actor) -> dict[str, Any]:
    if not run.automatic:
        return {"run": run, "samples": read_samples(run.samples), "tone": TONES[Result(run.result)]}
    found = run.found
    return {
        "run": run,
        "found": found,
        "sentence": sentence_of_data(run.rule),
        "tone": TONES[Result(run.result)],
        "share": _share(found),
        "offending": [_offending(one, actor) for one in found.get("offences", [])],
        "more": max(0, found.get("offending", 0) - len(found.get("offences", []))),
    }


def _share(found: dict[str, Any]) -> str:
    """The share that holds, in percent with two places, rounded down: 99.999 % is not all."""
    asked, good = found.get("asked", 0), found.get("good", 0)
    if not asked:
        return ""
    hundredths = good * 10_000 // asked
    return _("%(n)s %%") % {"n": f"{hundredths // 100}.{hundredths % 100:02d}"}


def _offending(said: dict[str, Any], actor: Actor) -> Offending:
    decision = said.get("decision_id", "")
    seen = decision and actor.can(Permission.DECISIONS_VIEW)
    return Offending(
        place=f"{said['source']} · {said['seq']}",
        ts=said["ts"],
        decision_id=decision,
        url=reverse("decision", args=[actor.organisation.slug, decision]) if seen else "",
        about=said["about"],
        why=said["why"],
    )
