"""A framework's requirements, and mappings, as the tables that are read again."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from controls.models import Framework, Mapping
from controls.models.framework import requirements_of
from controls.transfer.columns import COLUMNS, MAPPINGS, REQUIREMENTS
from controls.transfer.exports import mappings_between
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent

Rows = Iterator[list[Any]]


def headings_of(model: str) -> list[str]:
    return [str(column.heading) for column in COLUMNS[model]]


def export_requirements(*, framework: Framework, kind: str, by: Actor, with_texts: bool = False) -> Rows:
    """The rows below ``headings_of(REQUIREMENTS)``; noted in the log. ``with_texts``: the original texts too."""
    rows = list(requirements_of(by.organisation, framework))
    codes = {row.pk: row.code for row in rows}
    detail = f"{framework.short} ({kind}): {len(rows)}"
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, record=framework.key, detail=detail)
    labels = dict(type(rows[0]).Role.choices) if rows else {}
    for row in rows:
        values: dict[str, Any] = {
            "parent": codes.get(row.parent_id or 0, ""),
            "text": row.text if with_texts else "",
            "kind": row.get_kind_display(),
            "roles": ", ".join(str(labels[role]) for role in row.roles),
            "applies_on": row.applies_on,
        }
        yield [values[column.name] if column.name in values else getattr(row, column.name)
               for column in COLUMNS[REQUIREMENTS]]  # fmt: skip


def export_mappings(*, source: Framework, target: Framework, kind: str, by: Actor) -> Rows:
    """The rows below ``headings_of(MAPPINGS)``; noted in the log."""
    rows = mappings_between(source, target, by)
    detail = f"{source.short} – {target.short} ({kind}): {len(rows)}"
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, record=source.key, detail=detail)
    for row in rows:
        yield [_cell(row, column.name) for column in COLUMNS[MAPPINGS]]


def _cell(row: Mapping, name: str) -> str:
    values = {
        "source_framework": row.source.framework.short,
        "source": row.source.code,
        "source_title": row.source.name,
        "relationship": _("No mapping")
        if row.relationship == row.Relationship.NONE
        else row.get_relationship_display(),  # type: ignore[attr-defined]
        "target_framework": row.target.framework.short,
        "target": row.target.code,
        "target_title": row.target.name,
        "confidence": row.get_confidence_display(),  # type: ignore[attr-defined]
        "standing": row.get_standing_display(),  # type: ignore[attr-defined]
    }
    return str(values[name] if name in values else getattr(row, name))
