"""A comment's words as HTML: escaped, with line breaks, and with links to what its reader may open."""

import re
from collections.abc import Iterable

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from grc.access.actor import Actor
from grc.models.person import Person
from grc.registers.references import PATTERN
from grc.registers.register import registers
from grc.registers.sight import keys_seen_by
from grc.teamwork.mentions import mentions

REFERENCE = re.compile(rf"(?<![\w-]){PATTERN}(?![\w-])")


def shown(texts: Iterable[str], actor: Actor, people: list[Person]) -> list[SafeString]:
    """``texts`` for ``actor``: references that they may open are links, names of ``people`` stand out."""
    given = list(texts)
    named = {reference for text in given for reference in REFERENCE.findall(text)}
    keys = keys_seen_by(actor).filter(reference__in=named) if named else ()
    slug = actor.organisation.slug
    links = {
        key.reference: format_html(
            '<a href="{}" title="{}">{}</a>',
            registers.by_slug(key.register).detail_url(slug, key.reference),
            key.title,
            key.reference,
        )
        for key in keys
    }
    return [_html(text, links, people) for text in given]


def _html(text: str, links: dict[str, SafeString], people: list[Person]) -> SafeString:
    parts, at = [], 0
    for mention in mentions(text, people) if "@" in text else ():
        parts.append(_linked(text[at : mention.start], links))
        parts.append(format_html('<span class="mention">{}</span>', text[mention.start : mention.end]))
        at = mention.end
    parts.append(_linked(text[at:], links))
    return mark_safe("".join(parts).replace("\n", "<br>"))  # every part is escaped


def _linked(text: str, links: dict[str, SafeString]) -> str:
    parts, at = [], 0
    for found in REFERENCE.finditer(text):
        parts += [escape(text[at : found.start()]), links.get(found[0], escape(found[0]))]
        at = found.end()
    return "".join([*parts, escape(text[at:])])
