"""Tags: words of one's own on any record. Kept as they are written, compared without regard to upper and lower case."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import CharField, F, Func, QuerySet, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.registers.register import Register, registers

MOST, LONGEST = 20, 40
SUGGESTED = 100


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """``tags`` without spaces around them, empty ones and doubles; the first way of writing one stays.

    Raises ``ValidationError`` for too many or too long ones.
    """
    found: dict[str, str] = {}
    for tag in tags:
        words = " ".join(str(tag).replace("\x00", "").replace(",", " ").split())
        if len(words) > LONGEST:
            raise ValidationError({"tags": _("A tag has at most %(n)d characters.") % {"n": LONGEST}})
        if words:
            found.setdefault(words.casefold(), words)
    if len(found) > MOST:
        raise ValidationError({"tags": _("A record has at most %(n)d tags.") % {"n": MOST}})
    return list(found.values())


def has_tag(tags: Iterable[str], tag: str) -> bool:
    return tag.casefold() in {each.casefold() for each in tags}


def _tags_in(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    unnested = Func(F("tags"), function="unnest", output_field=CharField())
    return rows.filter(archived_at=None).exclude(tags=[]).order_by().annotate(tag=unnested)


def tags_of(rows: "QuerySet[Any]", text: str = "", *, most: int = SUGGESTED) -> list[str]:
    """The tags of ``rows`` that hold ``text``, the most used first."""
    try:
        sql, params = _tags_in(rows).values("tag").query.sql_with_params()
    except EmptyResultSet:
        return []
    pattern = "%{}%".format(text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"))
    count = f"SELECT tag FROM ({sql}) AS t WHERE tag ILIKE %s GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(count, [*params, pattern, most])
        return [tag for (tag,) in cursor.fetchall()]


@dataclass
class TagUse:
    """A tag as it is written most, on how many records, by register. ``organisation``: its slug."""

    tag: str
    organisation: str
    writings: dict[str, int] = field(default_factory=dict)
    registers: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.registers.values())

    @property
    def links(self) -> list[tuple[Register, int, str]]:
        """Each register with how many of its records have the tag, and the list of those."""
        found = [(registers.by_slug(slug), n) for slug, n in self.registers.items()]
        tag = urlencode({"tag": self.tag})
        return [(register, n, f"{register.list_url(self.organisation)}?{tag}") for register, n in found]


def tags_in_use(actor: Actor) -> list[TagUse]:
    """Every tag of the records that ``actor`` may see, in the order of the alphabet."""
    parts = []
    for register in registers:
        if actor.can(register.view):
            rows = _tags_in(register.model.objects.permitted(actor, register.view))
            parts.append(rows.annotate(slug=Value(register.slug, CharField())).values("slug", "tag"))
    if not parts:
        return []
    sql, params = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT slug, tag, count(*) FROM ({sql}) AS t GROUP BY slug, tag", params)  # noqa: S608
        rows = cursor.fetchall()
    uses: dict[str, TagUse] = {}
    for slug, tag, n in rows:
        use = uses.setdefault(tag.casefold(), TagUse(tag, actor.organisation.slug))
        use.writings[tag] = use.writings.get(tag, 0) + n
        use.registers[slug] = use.registers.get(slug, 0) + n
    for use in uses.values():
        use.tag = min(use.writings, key=lambda tag: (-use.writings[tag], tag))
    return [uses[key] for key in sorted(uses)]


class TagsInput(forms.TextInput):
    """One line of tags with commas between them; what is in use is suggested (``static/js/tags.js``)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggested: list[str] = []

    def format_value(self, value: Any) -> str:
        return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id') or name}-list"
        attrs = {**(attrs or {}), "list": list_id, "autocomplete": "off", "data-tags": ""}
        options = format_html_join("", '<option value="{}"></option>', ((tag,) for tag in self.suggested))
        line = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', line, list_id, options)


class TagsField(forms.Field):
    """Text with commas in, a tidy list of tags out."""

    widget = TagsInput
    default_error_messages = {"nul": gettext_lazy("A NUL character has no place here.")}

    def to_python(self, value: Any) -> list[str]:
        text = value if isinstance(value, str) else ",".join(value or ())
        if "\x00" in text:
            raise ValidationError(self.error_messages["nul"], code="null_characters_not_allowed")
        try:
            return tidy_tags(text.split(","))
        except ValidationError as error:
            raise ValidationError(error.message_dict["tags"]) from None

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or ()) != self.to_python(data)

    def suggest(self, actor: Actor, register: Register) -> None:
        """Offer what is in use in ``register``."""
        widget: Any = self.widget
        widget.suggested = tags_of(register.model.objects.permitted(actor, register.view))
