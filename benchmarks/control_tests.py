"""Questions to a million signed records, in one pass, against a bare scan; what was planted is found."""

import time
import uuid
from collections.abc import Iterator, Sequence

import orjson

from benchmarks import Result, benchmark, scaled
from benchmarks._records import stored_log
from controls.rules.condition import read_conditions
from controls.rules.outcome import Outcome
from controls.rules.rule import Rule
from controls.rules.scan import ask, period
from controls.rules.systems import KnownSystem, known_systems
from evidence.models import Source
from evidence.storage.records import stored_entries
from evidence.tlog.entry import HEADER_SIZE
from grc.access.actor import Actor
from grc.models.organisation import Organisation

RECORDS = 1_000_000
SLUG = "bench-tests"
CLASSES = {"triage": "high", "assistant": "transparency", "summary": "minimal"}


@known_systems.add()
def of_the_benchmark(organisation: Organisation) -> Iterator[KnownSystem]:
    """The register's word on the benchmark's systems, without the register."""
    if organisation.slug.startswith(SLUG):
        for number, (name, risk_class) in enumerate(CLASSES.items()):
            yield KnownSystem(number, name, name, risk_class, "operation")


def rule(must: str = "", where: str = "", *, looks_at: str = "decision", longest_gap: int | None = None) -> Rule:
    return Rule(looks_at, read_conditions(where), read_conditions(must), 10_000, longest_gap, 8)


RULES = {
    "deny_names_policy_and_reason": rule("policy.version is set\nreason_codes is set", "outcome is deny"),
    "high_risk_had_review": rule("human.action is set", "register.risk_class is high"),
    "disclosure_shown": rule("disclosure.shown is yes", "register.risk_class is transparency"),
    "no_long_gap": rule(looks_at="any", longest_gap=150),
}


def bare(source: Source, count: int) -> float:
    """Seconds to read and parse every record, and do nothing with it."""
    begin = time.perf_counter()
    for _seq, entry in stored_entries(source, 0, count - 1):
        orjson.loads(entry[HEADER_SIZE:])
    return time.perf_counter() - begin


def asked(organisation: Organisation, rules: Sequence[Rule]) -> tuple[float, list[Outcome]]:
    """Seconds to put ``rules`` to everything in one pass, and what came out."""
    outcomes = [Outcome(*period(rule, wait_minutes=0)) for rule in rules]
    begin = time.perf_counter()
    ask(organisation, list(zip(rules, outcomes, strict=True)))
    return time.perf_counter() - begin, outcomes


@benchmark
def control_tests() -> Iterator[Result]:
    """Records a second of one question and of four in one pass; ratio: the bare scan's rate to it."""
    count = scaled(RECORDS) // 2 * 2
    for faulty in (False, True):
        organisation = Organisation.objects.create(name="Benchmark", slug=f"{SLUG}-{uuid.uuid4().hex[:12]}")
        with Actor.system(organisation, way="command").working():
            source, planted = stored_log(organisation, count, faulty=faulty)
            scan = count / bare(source, count)
            one, _outcome = asked(organisation, [RULES["deny_names_policy_and_reason"]])
            all_, outcomes = asked(organisation, list(RULES.values()))
            found = sorted(offence.seq for outcome in outcomes for offence in outcome.offences)
        if found != planted:
            raise RuntimeError(f"Planted at {planted}, found at {found}.")
        more = {"records": count, "planted": len(planted), "found": len(found), "seconds": round(all_, 1)}
        kind = "faulty" if faulty else "honest"
        yield Result(f"control_test_{kind}", round(count / one), "records/s", round(scan), more | {"questions": 1})
        yield Result(f"control_tests_{kind}", round(count / all_), "records/s", round(scan), more | {"questions": 4})
