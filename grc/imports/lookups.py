"""People and records that the cells of a table name, looked up a column at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.imports.targets import Target
from grc.models.person import Person
from grc.models.record import Record
from grc.registers.forms import keys_seen_by
from grc.registers.query import people_of
from grc.registers.references import PATTERN
from grc.registers.register import Register, registers

CHUNK = 1000
SHOWN = 60


class Lookups:
    """What the texts of one column name, for one actor. Two of the same name are nobody: the refusal says so."""

    def __init__(self, register: Register, actor: Actor) -> None:
        self._register = register
        self._actor = actor
        self._found: dict[str, dict[str, list[Any]]] = {}

    def prepare(self, target: Target, texts: Iterable[str]) -> None:
        """Fetch in few queries what ``texts`` may name."""
        wanted = {plain(text) for text in texts if text}
        if target.kind == "person":
            self._found[target.name] = self._people()
        elif target.kind == "key":
            self._found[target.name] = self._keys(wanted)
        else:
            self._found[target.name] = self._records(target.name, wanted)

    def named(self, target: Target, text: str) -> Any:
        """The person or record that ``text`` names. Raises ``ValidationError``."""
        known = self._found[target.name]
        found = known.get(plain(text)) or known.get(_reference_in(text)) or []
        if len(found) == 1:
            return found[0]
        values = {"text": text[:SHOWN]}
        if found:
            raise ValidationError(_("More than one is called “%(text)s”: use the email or the reference.") % values)
        if target.kind == "person":
            raise ValidationError(_("There is nobody called “%(text)s” here.") % values)
        raise ValidationError(_("There is no record “%(text)s” here.") % values)

    def _people(self) -> dict[str, list[Any]]:
        known: dict[str, list[Any]] = {}
        for person in people_of(self._actor):
            known[plain(person.email)] = [person]
        for person in people_of(self._actor):
            name = plain(person.name)
            if name and name not in known:
                known[name] = [person]
            elif name and known[name][0] != person and "@" not in name:
                known[name].append(person)
        return known

    def _keys(self, wanted: set[str]) -> dict[str, list[Any]]:
        references = {_reference_in(text) or text for text in wanted}
        known: dict[str, list[Any]] = {}
        for chunk in _chunks(references):
            upper = [text.upper() for text in chunk]
            for key in keys_seen_by(self._actor).filter(reference__in=upper):
                known[plain(key.reference)] = [key]
        return known

    def _records(self, name: str, wanted: set[str]) -> dict[str, list[Any]]:
        model: type[Record] = self._register.field(name).related_model  # type: ignore[assignment]
        seen = model.objects.permitted(self._actor, registers.of(model).view).filter(archived_at=None)
        has_name = any(field.name == "name" for field in model._meta.fields)
        known: dict[str, list[Any]] = {}
        for chunk in _chunks(wanted | {_reference_in(text) for text in wanted}):
            for record in seen.filter(reference__in=[text.upper() for text in chunk]):
                known[plain(record.reference)] = [record]
            if not has_name:
                continue
            named: Any = seen.annotate(plain_name=Lower("name")).filter(plain_name__in=chunk)
            for record in named:
                known.setdefault(plain(record.name), [])
                if record not in known[plain(record.name)]:
                    known[plain(record.name)].append(record)
        return known


def plain(text: str) -> str:
    return " ".join(text.split()).lower()


def same_as(current: Any, text: str) -> bool:
    """Whether ``text`` names the person or record that stands there now, although it would not be offered any more."""
    if isinstance(current, Person):
        return plain(text) in (plain(current.email), plain(current.name))
    return plain(text) in (plain(current.reference), plain(str(current)))


def _reference_in(text: str) -> str:
    """The reference that a text begins with (“RSK-0012 Wrong decisions”), in lower case; or an empty one."""
    import re

    match = re.match(rf"({PATTERN})\b", text.strip().upper())
    return match[1].lower() if match else ""


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(sorted(filter(None, texts)))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
