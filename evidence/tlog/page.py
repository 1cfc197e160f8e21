"""The page of a bundle, for people: made from the signed records alone, so that a verifier can make it again.

One HTML file without scripts, images or addresses to load. A page that says anything else than the records
fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from evidence.tlog.checkpoint import Checkpoint
from evidence.tlog.manifest import Manifest
from evidence.tlog.record import Record
from evidence.tlog.verdict import LIMIT

_MAX_SHOWN = 20_000
_TITLES = {
    "allow": "Allowed",
    "deny": "Denied",
    "redact": "Allowed with redactions",
    "escalate": "Escalated to a person",
    "error": "Ended in an error",
}
_LABELS = {
    "ts": "Time (recorder's clock)",
    "decision_id": "Decision",
    "system": "AI system",
    "policy": "Policy",
    "actor": "Who asked",
    "subject_ref": "About whom (pseudonym)",
    "human": "Human",
    "data": "Data",
    "outcome": "Outcome",
    "reason_codes": "Reasons",
    "model": "Model",
    "prompt": "Prompt",
    "input_commit": "Input (commitment)",
    "output_commit": "Output (commitment)",
    "controls": "Controls",
    "tools": "Tools",
    "disclosure": "Disclosure to the person",
    "trace_id": "Trace",
    "log_id": "Log",
    "seq": "Position in the log",
    "boot_id": "Recorder's boot",
    "prev": "Record before (hash)",
    "kind": "Kind",
    "v": "Format",
}
STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}h1{margin-bottom:0}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #8886}"
    "th{width:16rem;font-weight:600}td{overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere;"
    "border:1px solid #8886;padding:.75rem}"
)


def summary(decision: Record) -> list[str]:
    """The facts that a verifier prints, one line each, read from the signed record."""
    lines = [
        f"decision {decision.decision_id} is record {decision.seq} of {decision.log_id}",
        f"outcome: {decision.outcome}",
        f"time, by the recorder's clock: {decision.ts}",
        f"system: {decision.system_id}, version {decision.system_version}",
        f"policy: {decision.policy_id}, version {decision.policy_version}",
    ]
    if decision.model_name:
        model = (decision.model_provider, decision.model_name, decision.model_version)
        lines.append("model: " + " ".join(part for part in model if part))
    if decision.subject_ref:
        lines.append(f"about: {decision.subject_ref}")
    return lines


def named_documents(decision: Record) -> dict[tuple[str, str], str]:
    """The documents that a decision names by hash: (role, SHA-256) to what to call it."""
    system, prompt = decision.data["system"], decision.data.get("prompt", {})
    named = {("policy", decision.policy_sha256): f"policy {decision.policy_id}, version {decision.policy_version}"}
    if "impact_assessment_sha256" in system:
        name = f"impact assessment {system.get('impact_assessment', '')}".rstrip()
        named["impact_assessment", system["impact_assessment_sha256"]] = name
    if "sha256" in prompt:
        label = f"prompt {prompt.get('template', '')}, revision {prompt.get('revision', '')}"
        named["prompt", prompt["sha256"]] = label
    for control in decision.data.get("controls", ()):
        if "sha256" in control:
            named["control", control["sha256"]] = f"control {control['id']}, version {control['version']}"
    return named


def commitments(decision: Record, completion: Record | None) -> dict[str, str]:
    """What was committed to, ``input`` and ``output``: the output by the completion, where there is one."""
    output = decision if completion is None or "output_commit" not in completion.data else completion
    found = {"input": decision.data.get("input_commit"), "output": output.data.get("output_commit")}
    return {what: value for what, value in found.items() if value is not None}


def render(
    plan: Manifest, decision: Record, completion: Record | None, point: Checkpoint, files: Mapping[str, bytes]
) -> bytes:
    """The page, UTF-8. ``files``: the bundle's files by name (opened contents are shown from them)."""
    title = f"{_TITLES[decision.outcome]}: decision {decision.decision_id}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>{html(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        f"<h1>{html(_TITLES[decision.outcome])}</h1>\n",
        f"<p>Decision {html(decision.decision_id)}, {html(decision.ts)}</p>\n",
        f"<h2>The decision</h2>\n{table(_rows(decision.data))}",
    ]
    if completion is not None:
        parts.append(f"<h2>Its completion</h2>\n{table(_rows(completion.data))}")
    parts += [_documents(plan, decision), _contents(plan, files), _proof(plan, point)]
    parts.append(f"<h2>What this does not prove</h2>\n<p>{html(LIMIT)}</p>\n</main>\n</body>\n</html>\n")
    return "".join(parts).encode()


def _documents(plan: Manifest, decision: Record) -> str:
    named = named_documents(decision)
    given = {(item.role, item.sha256): item.file for item in plan.documents}
    rows = [(label, f"{given.get(key, 'not in this bundle')}\nSHA-256 {key[1]}") for key, label in named.items()]
    return f"<h2>Documents named by the record</h2>\n{table(rows)}"


def _contents(plan: Manifest, files: Mapping[str, bytes]) -> str:
    parts = []
    for item in plan.opened:
        text = files[item.file].decode("utf-8", "replace")
        shown = text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + " [...]"
        parts.append(f"<h2>Opened {html(item.what)}</h2>\n<pre>{html(shown)}</pre>\n")
    return "".join(parts)


def _proof(plan: Manifest, point: Checkpoint) -> str:
    rows = [
        ("Log", plan.log_id),
        ("Records in the log at the checkpoint", str(point.size)),
        ("Root hash of the checkpoint", point.root.hex()),
        ("Fingerprint of the log's first key", plan.first_key.fingerprint),
        ("Key rotations since", ", ".join(f"record {seq}" for seq in plan.rotations) or "none"),
    ]
    if plan.stretch is not None:
        rows.append(("Neighbouring records included", f"{plan.stretch[0]} to {plan.stretch[1]}"))
    how = (
        "<p>Do not take this page's word. Run <code>python verify.pyz --key FINGERPRINT bundle.zip</code> with a "
        "verify.pyz and a fingerprint from sources that you trust.</p>\n"
    )
    return f"<h2>How to check it</h2>\n{how}{table(rows)}"


def _rows(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = [name for name in _LABELS if name in data]
    return [
        *((_LABELS[name], "\n".join(_lines(data[name]))) for name in known),
        *(
            (f"{name} (not a known field)", "\n".join(_lines(data[name])))
            for name in sorted(data)
            if name not in _LABELS
        ),
    ]


def _lines(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _lines(item, f"{name} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            many = name if len(value) == 1 else f"{name} {number}".strip()
            yield from _lines(item, many)
        if not value:
            yield f"{name}: none" if name else "none"
    elif isinstance(value, bool):
        yield from _lines("yes" if value else "no", name)
    else:
        shown = "nothing" if value is None else str(value).replace("\n", "\u21b5")
        yield f"{name}: {shown}" if name else shown


def table(rows: list[tuple[str, str]]) -> str:
    """A table of names and texts."""
    body = "".join(f'<tr><th scope="row">{html(name)}</th><td>{html(text)}</td></tr>\n' for name, text in rows)
    return f"<table>\n{body}</table>\n"


def html(text: str) -> str:
    """The text for HTML, what cannot be printed made visible."""
    visible = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)
    return escape(visible, quote=True).replace("\n", "<br>")
