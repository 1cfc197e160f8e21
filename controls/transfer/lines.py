"""Requirements and frameworks as the lines and facts of a document, and what is kept of a document beside them.

``Requirement.oscal``: ``item``, the group or control as it was read; ``group``, which of the two; ``read``, the fields
that were given another value than the item says (its number, what is too long for us). ``Framework.oscal``: ``model``,
``uuid``, ``metadata`` and ``kept`` of its document, and ``read`` likewise.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from controls.models import Framework, Requirement
from controls.oscal.facts import Facts, facts_of
from controls.oscal.line import Line, fields_of
from controls.oscal.names import identity
from controls.oscal.profile import Profile
from controls.oscal.resources import Resource
from grc.models.organisation import Organisation

TEXTS = ("name", "says", "text", "documents", "note", "source", "applies")
FACTS = ("name", "short", "kind", "publisher", "edition", "status", "licence", "source", "as_of")
NEVER = object()


def lines_of(rows: Iterable[Requirement]) -> list[Line]:
    """Requirements in order as lines."""
    found = list(rows)
    codes = {row.pk: row.code for row in found}
    return [_line(row, codes) for row in found]


def _line(row: Requirement, codes: dict[int, str]) -> Line:
    kept = row.oscal
    item = kept.get("item", {})
    is_group = kept["group"] if item else row.kind in Requirement.GROUPING
    values: dict[str, Any] = {name: getattr(row, name) for name in TEXTS}
    values |= {
        "kind": row.kind,
        "roles": tuple(row.roles),
        "applies_on": row.applies_on.isoformat() if row.applies_on else "",
    }
    if item:
        said, read = fields_of(item, is_group=is_group), kept.get("read", {})
        values = {name: said[name] if read.get(name, NEVER) == value else value for name, value in values.items()}
    return Line(
        code=row.code,
        parent=codes.get(row.parent_id or 0, ""),
        is_group=is_group,
        item=item,
        read_as=kept.get("read", {}).get("code", ""),
        **values,
    )


def who_of(organisation: Organisation, *more: str) -> str:
    """Whose documents these are, as their UUIDs are made of it."""
    return "/".join((organisation.slug, organisation.created_at.isoformat(), *more))


def document_uuid(framework: Framework) -> str:
    """The UUID of the document that a framework is written as."""
    return identity(who_of(framework.organisation), framework.reference, model_of(framework))


def model_of(framework: Framework) -> str:
    """What a framework is written as: a profile where it is one, a catalog otherwise."""
    return "profile" if framework.base_id is not None else "catalog"


def facts_from(framework: Framework) -> Facts:
    kept = framework.oscal
    metadata = kept.get("metadata", {})
    values: dict[str, str] = {name: getattr(framework, name) for name in FACTS if name != "as_of"}
    values["as_of"] = framework.as_of.isoformat() if framework.as_of else ""
    if metadata:
        said, read = facts_of(metadata), kept.get("read", {})
        values = {name: said[name] if read.get(name, NEVER) == value else value for name, value in values.items()}
    return Facts(**values, metadata=metadata)


def profile_from(framework: Framework) -> Profile:
    """What a framework that is a profile is written from."""
    kept = framework.oscal.get("kept", {})
    return Profile(
        uuid=document_uuid(framework),
        facts=facts_from(framework),
        source=Resource(""),
        imports=kept.get("imports", []),
        modify=kept.get("modify", {}),
        keeps_groups=bool(kept.get("merge", {}).get("as-is")),
        kept=kept,
    )


def day(text: str) -> dt.date | None:
    """A date of a document; None for none. Raises ``ValueError``."""
    return dt.date.fromisoformat(text) if text else None
