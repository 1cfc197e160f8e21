"""The table that one fills in to import: headings, an example row, and the values that are allowed."""

import datetime as dt
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.imports.judge import EXAMPLE
from grc.imports.targets import Target, targets_of
from grc.registers.query import people_of
from grc.registers.register import Register
from grc.tabular import write_book

LONGEST = 200


def write_template(stream: IO[bytes], *, register: Register, by: Actor) -> None:
    """Write the register's template (XLSX) to a binary stream. Its example row is left out when it is imported."""
    targets = targets_of(register)
    explained = [
        [target.heading, _("yes") if target.required else _("no"), _allowed(target, by), target.help]
        for target in targets
    ]
    write_book(
        stream,
        [
            (str(register.plural), [target.heading for target in targets], [[_example(t, by) for t in targets]]),
            (_("Columns"), [_("Column"), _("Needed"), _("What it may hold"), _("What it means")], explained),
        ],
    )


def _example(target: Target, by: Actor) -> Any:
    today = timezone.localdate()
    if target.kind == "reference":
        return EXAMPLE
    if target.kind == "person":
        return by.person.email if by.person else ""
    if target.kind in ("choice", "many"):
        return target.choices[0][1] if target.choices else _("one, two")
    plain = {
        "date": today,
        "instant": dt.datetime.combine(today, dt.time(9), dt.UTC),
        "boolean": _("No"),
        "integer": 1,
        "decimal": 1,
        "record": "",
        "key": "",
    }
    return plain.get(target.kind, target.heading)


def _allowed(target: Target, by: Actor) -> str:
    if target.choices:
        return ", ".join(label for _value, label in target.choices)
    if target.kind == "person":
        emails = list(people_of(by).values_list("email", flat=True)[:LONGEST])
        return _("Email or name: %(emails)s") % {"emails": ", ".join(emails)}
    return {
        "reference": _("Empty for a new record; the reference of the record that the row changes"),
        "date": _("A date, such as 2026-05-31"),
        "instant": _("A date and time in UTC, such as 2026-05-31 14:30"),
        "boolean": _("Yes or no"),
        "integer": _("A whole number"),
        "decimal": _("A number"),
        "record": _("The reference or the exact name of a record"),
        "key": _("The reference of a record of any kind"),
        "many": _("Words with commas between them"),
    }.get(target.kind, _("Text"))
