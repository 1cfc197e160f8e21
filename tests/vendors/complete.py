"""A DPA that counts, to be made worse by one thing at a time."""

import datetime as dt
import io
from typing import Any

from evidence.actions.items import add_file
from grc.access.actor import Actor
from tests.factories import make
from vendors.models import Agreement, AgreementPoint

SIGNED = dt.date(2026, 1, 15)
TODAY = dt.date(2026, 11, 21)
TERMS: dict[str, Any] = {
    "kind": "dpa", "signed_on": SIGNED, "effective_on": SIGNED, "authorisation": "general", "objection_days": 30,
    "flow_down": "yes", "breach_hours": 48, "transfer": "none", "uk_data": "no", "training": "no",
}  # fmt: skip


def text_item(by: Actor, **fields: Any) -> Any:
    """An item of the evidence library with a small file."""
    item = make("evidence", by, name="Signed text", kind="agreement", **fields)
    add_file(item=item, upload=io.BytesIO(b"Signed by both."), name="signed.txt", by=by)
    return item


def complete_dpa(by: Actor, **fields: Any) -> Any:
    """A saved DPA that counts on ``TODAY``, but for what ``fields`` say otherwise. Its points are all met."""
    if "file" not in fields:
        fields["file"] = text_item(by)
    agreement: Agreement = make("agreements", by, **TERMS | fields)
    for number, point in enumerate(AgreementPoint.Point, 1):
        rows = AgreementPoint.unscoped.filter(agreement=agreement, point=point)
        rows.update(finding="met", clause=f"§ {number}")
    return agreement
