"""The page of a sealed activity log, for people: made from its events alone, so that a verifier can make it again."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.tlog.activity import Activity
from evidence.tlog.checkpoint import Checkpoint
from evidence.tlog.page import STYLE, html, table

LIMIT = (
    "This proves what happened to events after they were sealed, which is some seconds after they were written. An "
    "event that was never written, or was kept from the seal, is not found by it."
)
MAX_SHOWN = 1000
_HEADINGS = ("Event", "Time", "Person", "What", "Record", "Detail", "Way")
_HOW = (
    "<p>Do not take this page's word. Run <code>python verify.pyz --key FINGERPRINT activity.zip</code> with a "
    "verify.pyz and a fingerprint from sources that you trust; <code>--since</code> an older bundle shows that "
    "nothing of it was lost.</p>\n"
)


def render(point: Checkpoint, fingerprint: str, first: int, events: Sequence[Activity]) -> bytes:
    """The page, UTF-8. ``first``: the leaf index of the first of ``events``; the last ``MAX_SHOWN`` are shown."""
    title = f"Activity log {point.origin}"
    shown = events[-MAX_SHOWN:]
    number = first + len(events) - len(shown) + 1
    told = f"Events {first + 1} to {first + len(events)} of {point.size}"
    if len(shown) < len(events):
        told += f"; the last {len(shown)} are shown here, all are in events.jsonl"
    rows = "".join(_row(at, event) for at, event in enumerate(shown, number))
    headings = "".join(f'<th scope="col">{name}</th>' for name in _HEADINGS)
    facts = [
        ("Log", point.origin),
        ("Events in the log at the checkpoint", str(point.size)),
        ("Root hash of the checkpoint", point.root.hex()),
        ("Fingerprint of the log's key", fingerprint),
    ]
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>{html(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        f"<h1>{html(title)}</h1>\n<p>{html(told)}. Times are UTC; people are named by an opaque id.</p>\n",
        f"<table>\n<tr>{headings}</tr>\n{rows}</table>\n<h2>How to check it</h2>\n{_HOW}",
        table(facts),
        f"<h2>What this does not prove</h2>\n<p>{html(LIMIT)}</p>\n</main>\n</body>\n</html>\n",
    ]
    return "".join(parts).encode()


def _row(number: int, event: Activity) -> str:
    record = f"{event.record} ({event.register})" if event.record else ""
    cells = (str(number), event.at, event.person or "Assay", event.verb, record, event.detail, event.way)
    return "<tr>" + "".join(f"<td>{html(cell)}</td>" for cell in cells) + "</tr>\n"
