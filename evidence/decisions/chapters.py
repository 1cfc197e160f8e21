"""What a decision's record says, in chapters for a page: who, policy, data, model, controls, tools, human, place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.decisions.story import model_name, said_at
from evidence.tlog.page import named_documents
from evidence.tlog.record import Record

OUTCOMES: dict[str, tuple[str | Promise, str]] = {
    "allow": (gettext_lazy("Allowed"), "green"),
    "deny": (gettext_lazy("Denied"), "red"),
    "redact": (gettext_lazy("Allowed with redactions"), "yellow"),
    "escalate": (gettext_lazy("Handed to a person"), "blue"),
    "error": (gettext_lazy("Ended in an error"), "orange"),
}
"""Outcome to its name and the colour of its badge."""

KINDS: dict[str, str | Promise] = {
    "decision": gettext_lazy("Decision"),
    "completion": gettext_lazy("Completion"),
    "heartbeat": gettext_lazy("Heartbeat"),
    "key_rotation": gettext_lazy("Key rotation"),
    "gap": gettext_lazy("Gap"),
}

RESULT_TONES = {"pass": "green", "passed": "green", "ok": "green", "fail": "red", "failed": "red", "blocked": "red"}


@dataclass(frozen=True)
class Fact:
    """One line; ``code`` for hashes and identifiers, ``url`` where it leads, ``tone`` the colour of a badge."""

    label: str
    value: str
    code: bool = False
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Chapter:
    """A part of the page. ``rows``: lines of a table below ``headings``; ``empty``: said when nothing is there."""

    key: str
    title: str
    icon: str
    facts: list[Fact]
    empty: str
    headings: tuple[str, ...] = ()
    rows: list[list[Fact]] = field(default_factory=list)


def chapters(decision: Record, completion: Record | None, system_url: str = "", name: str = "") -> list[Chapter]:
    """The chapters, as an auditor asks. ``system_url`` and ``name``: the registered system, if there is one."""
    return [
        _who(decision),
        _system(decision, system_url, name),
        _policy(decision),
        _data(decision),
        _model(decision, completion),
        _controls(decision),
        _tools(decision, completion),
        _human(decision, completion),
        _completion(completion),
    ]


def _facts(*lines: tuple[str, Any, bool]) -> list[Fact]:
    return [Fact(label, str(value), code) for label, value, code in lines if value not in (None, "", [])]


def _part(record: Record | None, name: str) -> Mapping[str, Any]:
    found = record.data.get(name) if record is not None else None
    return found if isinstance(found, dict) else {}


def _who(decision: Record) -> Chapter:
    actor = _part(decision, "actor")
    facts = _facts(
        (_("Caller"), actor.get("role"), False),
        (_("Signed in by"), actor.get("auth"), False),
        (_("Tenant"), actor.get("tenant"), False),
        (_("Caller’s keyed hash"), actor.get("ref"), True),
        (_("About whom (keyed hash)"), decision.subject_ref, True),
    )
    return Chapter("who", _("Who"), "user", facts, _("The record names no caller."))


def _system(decision: Record, url: str, name: str) -> Chapter:
    system = _part(decision, "system")
    assessment = {key: label for key, label in named_documents(decision).items() if key[0] == "impact_assessment"}
    facts = [Fact(_("AI system"), name or decision.system_id, url=url)]
    facts += _facts(
        (_("Id in the record"), decision.system_id if name else "", True),
        (_("Version"), decision.system_version, False),
        (_("Impact assessment"), system.get("impact_assessment"), False),
        *((_("Its SHA-256"), sha256, True) for _role, sha256 in assessment),
    )
    return Chapter("system", _("Which system"), "robot", facts, "")


def _policy(decision: Record) -> Chapter:
    outcome, tone = OUTCOMES[decision.outcome]
    facts = [
        *_facts((_("Policy"), decision.policy_id, False), (_("Version"), decision.policy_version, False)),
        *_facts((_("SHA-256"), decision.policy_sha256, True)),
        Fact(_("Outcome"), str(outcome), tone=tone),
        *_facts((_("Reasons"), ", ".join(decision.data.get("reason_codes", [])), False)),
    ]
    return Chapter("policy", _("Which policy, and what it said"), "clipboard-check", facts, "")


def _data(decision: Record) -> Chapter:
    data = _part(decision, "data")
    facts = _facts(
        (_("Classes of data"), ", ".join(data.get("classes", [])), False),
        (_("Data flow"), data.get("flow_id"), False),
        (_("Region"), data.get("region"), False),
        (_("Commitment to the input"), decision.data.get("input_commit"), True),
    )
    return Chapter("data", _("Which data"), "database", facts, _("The record says nothing about data."))


def _model(decision: Record, completion: Record | None) -> Chapter:
    asked = completion if completion is not None and completion.model_name else decision
    model, prompt = _part(asked, "model"), _part(decision, "prompt")
    facts = _facts(
        (_("Model"), model_name(asked), False),
        (_("Provider"), asked.model_provider, False),
        (_("Deployment"), model.get("deployment"), False),
        (_("Prompt template"), prompt.get("template"), False),
        (_("Prompt revision"), prompt.get("revision"), False),
        (_("Prompt’s SHA-256"), prompt.get("sha256"), True),
    )
    return Chapter("model", _("Which model and prompt"), "code", facts, _("The record names no model."))


def _controls(decision: Record) -> Chapter:
    rows = [
        [
            Fact("", str(one["id"])),
            Fact("", str(one["version"])),
            Fact("", str(one["result"]), tone=RESULT_TONES.get(str(one["result"]).lower(), "secondary")),
            Fact("", f"{one['microseconds'] / 1000:.3f} ms" if "microseconds" in one else ""),
        ]
        for one in decision.data.get("controls", [])
    ]
    headings = (_("Control"), _("Version"), _("Result"), _("Time"))
    empty = _("No control left its result in the record.")
    return Chapter("controls", _("Controls"), "shield-check", [], empty, headings, rows)


def _tools(decision: Record, completion: Record | None) -> Chapter:
    rows = [
        [
            Fact("", str(one["name"])),
            Fact("", str(one.get("intent", ""))),
            Fact("", str(one.get("outcome", ""))),
            Fact("", str(one.get("correlation_id", "")), code=True),
        ]
        for record in (decision, completion)
        if record is not None
        for one in record.data.get("tools", [])
    ]
    headings = (_("Tool"), _("Intent"), _("Outcome"), _("Correlation"))
    return Chapter("tools", _("Tools"), "settings", [], _("No tool is on record."), headings, rows)


def _human(decision: Record, completion: Record | None) -> Chapter:
    human = _part(completion, "human") or _part(decision, "human")
    disclosure = _part(decision, "disclosure")
    told = {True: _("Shown"), False: _("Not shown")}.get(disclosure.get("shown"), "")  # type: ignore[arg-type]
    named = " ".join(str(disclosure[key]) for key in ("id", "version") if key in disclosure)
    facts = _facts(
        (_("Human’s part"), human.get("action"), False),
        (_("Human (keyed hash)"), human.get("ref"), True),
        (_("Disclosure to the person"), told, False),
        (_("Disclosure text"), named, False),
    )
    empty = _("The record tells of no human and of no disclosure.")
    return Chapter("human", _("Human and disclosure"), "users", facts, empty)


def _completion(completion: Record | None) -> Chapter:
    empty = _(
        "No completion has arrived: the call may be running, it may have been cut off, or the proxy ended before it."
    )
    if completion is None:
        return Chapter("completion", _("Completion"), "check", [], empty)
    outcome, tone = OUTCOMES[completion.outcome]
    facts = [
        Fact(_("Outcome"), str(outcome), tone=tone),
        *_facts(
            (_("Time"), said_at(completion.ts_us), False),
            (_("Record"), completion.seq, False),
            (_("Commitment to the output"), completion.data.get("output_commit"), True),
        ),
    ]
    return Chapter("completion", _("Completion"), "check", facts, empty)
