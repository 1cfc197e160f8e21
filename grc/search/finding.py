"""Finding records by what they say, among those that one may see."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils.safestring import SafeString

from grc.access.actor import Actor
from grc.access.roles import Reach
from grc.registers.register import Register, registers
from grc.search.database import IS_SIMILAR
from grc.search.extracts import extract, highlight
from grc.search.index import mark_of_tag
from grc.search.words import Asked, read

MAX_LENGTH = 200
RANKED = 2_000
"""How many of the newest finds are weighed against each other: beyond that, a word says too little."""


@dataclass(frozen=True)
class Found:
    """One record that was found. ``title`` and ``extract`` are safe HTML, with what was asked for marked."""

    register: Register
    reference: str
    name: str
    title: SafeString
    extract: SafeString
    url: str
    archived: bool


@dataclass
class Results:
    """``counts``: finds by register, before ``only`` narrows them; ``similar``: none holds the words as they were
    typed, these hold similar ones."""

    asked: Asked
    counts: dict[str, int] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    similar: bool = False

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def wanted_sql(asked: Asked) -> tuple[str, list[Any]]:
    """What must be found, as SQL for a tsquery (NULL: nothing in particular), with its parameters."""
    each = "(to_tsquery('simple', %s) || to_tsquery('english', %s))"
    params = [term.tsquery() for term in asked.wanted for _twice in range(2)]
    return " && ".join([each] * len(asked.wanted)) or "NULL", params


def must_sql(asked: Asked, tags: list[str]) -> tuple[str, list[Any]]:
    """What must hold of whatever is found: all of ``tags``, and no unwanted word as it was typed."""
    parts = ["!!to_tsquery('simple', %s)"] * len(asked.unwanted) + ["%s::tsquery"] * len(tags)
    params = [term.tsquery() for term in asked.unwanted] + [_lexeme(mark_of_tag(tag)) for tag in tags]
    return " && ".join(parts) or "NULL", params


def _lexeme(text: str) -> str:
    return "'{}'".format(text.replace("\\", "\\\\").replace("'", "''"))


def is_found(register: Register, text: str, tags: list[str] | None = None) -> Func:
    """The condition that a record of ``register`` holds ``text`` (each word may go on) and has all of ``tags``.

    For ``filter(...)`` on rows that went through the gate. The index is asked here and once: the same rows counted and
    shown do not ask it twice, and the database, which sees the keys, plans well for few and for many of them.
    """
    call, params = _call(read(text, all_open=True), tags or [], [register.slug], None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key_id FROM {call}", params)  # noqa: S608
        keys = [key for (key,) in cursor.fetchall()]
    return Func(
        F("pk"),
        Value(keys, output_field=ArrayField(BigIntegerField())),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _call(asked: Asked, tags: list[str], slugs: list[str], archived: bool | None) -> tuple[str, list[Any]]:
    wanted, wanted_params = wanted_sql(asked)
    must, must_params = must_sql(asked, tags)
    call = f"assay_found({wanted}, {must}, %s::text[], %s::text[], %s::text[], %s)"
    return call, [*wanted_params, *must_params, asked.patterns, asked.similar, slugs, archived]


def search(
    actor: Actor,
    text: str,
    *,
    only: str = "",
    tags: list[str] | None = None,
    archived: bool = False,
    first: int = 0,
    most: int = 20,
) -> Results:
    """What ``actor`` may see of what holds ``text`` and has all of ``tags``; best first, ``most`` from ``first`` on.

    ``only``: the slug of the one register whose records are wanted. ``archived``: set-aside records as well.
    """
    asked = read(text[:MAX_LENGTH].replace("\x00", ""))
    results = Results(asked)
    if asked.is_empty and not tags:
        return results
    sql, params = _statement(actor, asked, tags or [], only, archived)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, most, first])
        rows = cursor.fetchall()
    for counts, reference, slug, title, body, aside, way in rows:
        results.counts = counts or {}
        if reference is None:
            continue
        results.similar = way == IS_SIMILAR
        shown = asked.meant_in(f"{title} {body}") if results.similar else asked
        results.found.append(_found(actor, shown, reference, slug, title, body, aside))
    return results


def _statement(actor: Actor, asked: Asked, tags: list[str], only: str, archived: bool) -> tuple[str, list[Any]]:
    visible = [register.slug for register in registers if actor.can(register.view)]
    call, call_params = _call(asked, tags, visible, None if archived else False)
    seen, seen_params = _seen(actor)
    rank, rank_params = wanted_sql(asked)
    words = " ".join(word for term in asked.wanted for word in term.words)
    sql = f"""
        WITH found AS MATERIALIZED (
            SELECT * FROM {call}
        ), seen AS MATERIALIZED (SELECT * FROM found WHERE {seen}),
        newest AS (
            SELECT key_id, way FROM seen WHERE %s = '' OR register = %s ORDER BY key_id DESC LIMIT {RANKED}
        ), best AS (
            SELECT k.reference, k.register, k.title, e.body, e.archived, n.way,
                   row_number() OVER (ORDER BY k.reference = %s DESC, n.way, CASE n.way
                       WHEN {IS_SIMILAR} THEN word_similarity(%s, k.title)
                       ELSE ts_rank('{{0.05, 0.1, 0.1, 1.0}}', e.vector, {rank}) END DESC,
                       n.key_id DESC) AS place
            FROM newest n JOIN grc_searchentry e USING (key_id) JOIN grc_recordkey k ON k.id = n.key_id
            WHERE e.organisation_id = %s AND k.organisation_id = %s
            ORDER BY place LIMIT %s OFFSET %s
        )
        SELECT (SELECT json_object_agg(register, n) FROM (SELECT register, count(*) AS n FROM seen GROUP BY 1) c),
               reference, register, title, body, archived, way
        FROM (VALUES (1)) AS always LEFT JOIN best ON true ORDER BY place
    """  # noqa: S608  (every value is a parameter; the rest is SQL of ours)
    here = actor.organisation.pk
    params = [
        *call_params,
        *seen_params,
        only,
        only,
        asked.text.strip().upper(),
        words,
        *rank_params,
        here,
        here,
    ]
    return sql, params


def _seen(actor: Actor) -> tuple[str, list[Any]]:
    """SQL over ``found``: what ``actor`` may see. Where that differs by record, the gate itself is asked."""
    whole = [
        register.slug
        for register in registers
        if actor.reach(register.view) is Reach.ALL and (actor.person is None or not hasattr(register.model, "seen_by"))
    ]
    parts, params = ["register = ANY (%s::text[])"], [whole]
    for register in registers:
        if register.slug in whole or not actor.can(register.view):
            continue
        rows: QuerySet[Any] = register.model.objects.permitted(actor, register.view)
        keys = rows.filter(pk__in=RawSQL("SELECT key_id FROM found WHERE register = %s", [register.slug]))
        sql, values = keys.order_by().values("pk").query.sql_with_params()
        parts.append(f"(register = %s AND key_id IN ({sql}))")
        params += [register.slug, *values]  # type: ignore[list-item]
    return " OR ".join(parts), params


def _found(actor: Actor, asked: Asked, reference: str, slug: str, title: str, body: str, archived: bool) -> Found:
    register = registers.by_slug(slug)
    _head, _line, rest = body.partition("\n")
    return Found(
        register=register,
        reference=reference,
        name=title,
        title=highlight(title, asked),
        extract=extract(rest, asked),
        url=register.detail_url(actor.organisation.slug, reference),
        archived=archived,
    )
