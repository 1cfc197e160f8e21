"""Each check, where it speaks and where it is silent. Pure."""

import pytest

from aims.models import AISystem
from aims.soa.checks import CONTRADICTION, NOTE, WARNING, Facts, Finding, Seen, SystemSeen, findings_of
from controls.standing import Facts as ControlFacts

S, R = AISystem.Stage, AISystem.Role
SYSTEM, DATA, PART, RISK, CONTROL = (Seen(name, name) for name in ("SYS-1", "CMP-2", "CMP-1", "RSK-1", "CTL-1"))


def system(role: str = R.DEPLOYER, stage: str = S.INCEPTION, in_scope: bool = False, data: bool = False) -> SystemSeen:
    return SystemSeen(SYSTEM, role, stage, in_scope, (DATA,) if data else ())


def found(code: str, facts: Facts, *, applies: str = "out", catalogue: str = "iso42001") -> list[Finding]:
    return list(findings_of(catalogue=catalogue, code=code, applies=applies, facts=facts, risks=[], controls=[]))


SUPPLIED = Facts(supplied=(PART,))
VENDOR, CUSTOMER = Seen("VEN-1", "VEN-1"), Seen("CUC-1", "CUC-1")
VENDORS, PROMISED = Facts(vendors=(VENDOR,)), Facts(promised=(CUSTOMER,))
BUILT = Facts((system(R.PROVIDER),))
RUNS = Facts((system(R.PROVIDER, S.OPERATION),))
IN_USE = Facts((system(R.DEPLOYER, S.OPERATION),))
IN_SCOPE = Facts((system(in_scope=True),))
IDLE = Facts((system(),))


@pytest.mark.parametrize(
    ("catalogue", "code", "facts", "looked_at"),
    [
        ("iso42001", "A.10.3", SUPPLIED, [PART]),
        ("iso42001", "A.10.3", IDLE, None),
        ("iso42001", "A.10.2", SUPPLIED, None),
        ("iso42001", "A.7.2", Facts((system(data=True),)), [DATA]),
        ("iso42001", "A.7.6", BUILT, [SYSTEM]),
        ("iso42001", "A.7.6", Facts((system(stage=S.DEVELOPMENT),)), [SYSTEM]),
        ("iso42001", "A.7.6", Facts((system(R.BOTH, data=True),)), [DATA, SYSTEM]),
        ("iso42001", "A.7.6", IN_USE, None),
        ("iso42001", "A.6.2.4", BUILT, [SYSTEM]),
        ("iso42001", "A.6.2.4", IN_USE, None),
        ("iso42001", "A.6.1.2", BUILT, None),
        ("iso42001", "A.8.2", RUNS, [SYSTEM]),
        ("iso42001", "A.8.2", IDLE, None),
        ("iso42001", "A.5.4", IN_SCOPE, [SYSTEM]),
        ("iso42001", "A.5.4", IDLE, None),
        ("iso42001", "A.9.2", IN_USE, [SYSTEM]),
        ("iso42001", "A.9.2", RUNS, None),  # built for others: nobody uses it here
        ("iso42001", "A.9.2", Facts(), None),
        ("iso27001", "A.5.19", SUPPLIED, [PART]),
        ("iso27001", "A.5.23", SUPPLIED, [PART]),
        ("iso27001", "A.5.18", SUPPLIED, None),
        ("iso27001", "A.5.24", SUPPLIED, None),
        ("iso27001", "A.5.20", IDLE, None),
        ("iso27001", "A.8.25", BUILT, [SYSTEM]),
        ("iso27001", "A.8.31", BUILT, [SYSTEM]),
        ("iso27001", "A.8.24", BUILT, None),
        ("iso27001", "A.8.25", IN_USE, None),
        ("", "A.10.3", SUPPLIED, None),
        ("iso42001", "A.10.3", VENDORS, [VENDOR]),
        ("iso42001", "A.10.2", VENDORS, [VENDOR]),
        ("iso42001", "A.10.4", VENDORS, None),
        ("iso42001", "A.10.4", PROMISED, [CUSTOMER]),
        ("iso42001", "A.10.2", PROMISED, [CUSTOMER]),
        ("iso42001", "A.10.3", PROMISED, None),
        ("iso27001", "A.5.19", VENDORS, [VENDOR]),
        ("iso27001", "A.5.22", VENDORS, [VENDOR]),
        ("iso27001", "A.5.23", VENDORS, None),
        ("iso27001", "A.5.20", PROMISED, None),
    ],
)
def test_an_exclusion_is_held_against_the_data(
    catalogue: str, code: str, facts: Facts, looked_at: list[Seen] | None
) -> None:
    said = found(code, facts, catalogue=catalogue)
    assert [list(one.records) for one in said] == ([] if looked_at is None else [looked_at])
    assert all(one.kind == CONTRADICTION and one.text.startswith("Excluded, although") for one in said)
    for applies in ("in", "undecided"):
        others = found(code, facts, applies=applies, catalogue=catalogue)
        assert all(one.kind != CONTRADICTION for one in others)


def said_of(applies: str, *controls: ControlFacts, risks: bool = False) -> list[Finding]:
    return list(
        findings_of(
            catalogue="iso42001", code="A.2.2", applies=applies, facts=Facts(), risks=[RISK] if risks else [],
            controls=[(CONTROL, one) for one in controls],
        )
    )  # fmt: skip


def test_what_risks_ask_for_is_not_left_out() -> None:
    (one,) = said_of("out", risks=True)
    assert (one.kind, one.records) == (CONTRADICTION, (RISK,))
    assert said_of("out") == []
    assert said_of("undecided", risks=True) == []


@pytest.mark.parametrize(
    ("controls", "kind"),
    [
        ([], WARNING),
        ([ControlFacts("planned", {1: True})], WARNING),
        ([ControlFacts("operating", {1: True})], None),
        ([ControlFacts("operating", None)], None),
        ([ControlFacts("operating", {1: True}, failed=1)], NOTE),
        ([ControlFacts("operating", {1: False})], NOTE),
        ([ControlFacts("operating", {})], NOTE),
        ([ControlFacts("operating", {1: True}), ControlFacts("planned", {}, failed=1)], None),
    ],
)
def test_what_is_in_is_there(controls: list[ControlFacts], kind: str | None) -> None:
    assert [one.kind for one in said_of("in", *controls)] == ([] if kind is None else [kind])
