"""What each record can be found by, kept beside it in the same transaction.

One text-search configuration does not fit texts in many languages, so each word is kept twice: as it stands
(``simple``), and by its English stem (``english``), which lets "assessments" be found by "assessing".
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from grc.models.organisation import Organisation
from grc.models.record import Record
from grc.models.secret import SecretField
from grc.registers.register import Register, registers
from grc.search.words import fold

TEXT_LIMIT = 100_000
"""Characters of a record that can be found at all."""

BODY_LIMIT = 1_500
"""Characters that are kept for extracts and looked into for parts of words and typing errors."""

BATCH = 500

_WRITE = """
INSERT INTO grc_searchentry (organisation_id, key_id, register, owner_id, archived, title, body, vector)
SELECT organisation, key, register, owner, archived, title, body,
       setweight(to_tsvector('simple', named) || to_tsvector('english', named), 'A')
       || setweight(to_tsvector('simple', said) || to_tsvector('english', said), 'B')
       || array_to_tsvector(string_to_array(marks, chr(31)))
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::boolean[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::text[])
     AS given (organisation, key, register, owner, archived, title, body, named, said, marks)
ORDER BY key
ON CONFLICT (key_id) DO UPDATE SET
    owner_id = excluded.owner_id, archived = excluded.archived, title = excluded.title, body = excluded.body,
    vector = excluded.vector
"""


def index_records(records: Iterable[Record]) -> int:
    """Keep what ``records`` are found by, in one statement for every 500; returns how many they were.

    For bulk writes that do not go through ``grc.registries.saved``. The caller fetches with the rows what they name.
    """
    done = 0
    for batch in _batches(records):
        columns = [list(column) for column in zip(*map(_entry, batch), strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, columns)
        done += len(batch)
    return done


def reindex(organisation: Organisation, register: Register) -> int:
    """Index every record of one register again; returns how many there are. Works in the caller's transaction."""
    rows = register.model.objects.within(organisation).order_by("pk")
    foreign = {name.rsplit("__", 1)[0] for name in register.search if "__" in name}
    return index_records(rows.select_related(*foreign).iterator(chunk_size=BATCH))


LONGEST_LEXEME = 200
"""Letters of a lexeme: more than any tag has, fewer than PostgreSQL refuses."""


def mark_of_tag(tag: str) -> str:
    """The lexeme by which a tag is found, however it is written. What is longer than any tag stays so, and is cut."""
    return f"#{' '.join(tag.split()).casefold()[:LONGEST_LEXEME]}"


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _entry(record: Record) -> tuple[Any, ...]:
    register = registers.of(type(record))
    texts = [_stored(text) for text in _texts(record, register)]
    tags = [_stored(tag) for tag in record.tags]
    title = _stored(record.title)
    body = "\n".join([f"{record.reference} {title}", *texts, *([", ".join(tags)] if tags else ())])
    # a number is found with and without the noughts before it
    number = record.reference.rpartition("-")[2]
    named = fold(f"{record.reference} {title} {number} {number.lstrip('0')}")
    marks = [f"@{record.organisation_id}", *map(mark_of_tag, tags)]
    return (
        record.organisation_id,
        record.pk,
        register.slug,
        record.owner_id,
        record.archived_at is not None,
        title[:300],
        body[:BODY_LIMIT],
        named,
        fold("\n".join([*tags, *texts])[:TEXT_LIMIT]),
        "\x1f".join(marks),
    )


def _texts(record: Record, register: Register) -> Iterator[str]:
    """What the register is searched by, then its long fields; each text once, and no secret."""
    long = [name for name in register.fields if register.field(name).get_internal_type() == "TextField"]
    seen = {"", record.title}
    for path in dict.fromkeys([*register.search, *long]):
        if path in {"reference", "tags"} or isinstance(register.field(path.partition("__")[0]), SecretField):
            continue
        text = str(_value(record, path) or "")
        if text not in seen:
            seen.add(text)
            yield text


def _value(record: Any, path: str) -> Any:
    value = record
    for name in path.split("__"):
        value = getattr(value, name, None)
    return value


def _stored(text: str) -> str:
    return text.replace("\x00", "").replace("\x1f", " ")
