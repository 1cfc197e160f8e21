"""A register, declared once: its pages, API, export, history, access and tests follow from the declaration."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Field, Model
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.models.record import Record

if TYPE_CHECKING:
    from grc.access.actor import Actor
    from grc.models.organisation import Organisation
    from grc.registers.filters import Filter
    from grc.reports.document import Block

Text = str | Promise

REVIEWS = ("review_on", "repeat_on")
"""Names of the fields that say when somebody looks at a record again."""


@dataclass(frozen=True)
class Section:
    """A group of fields, in the form and on the record's page alike. ``look`` chain: each leads to the next;
    judged: what is written on the left, how bad it is on the right."""

    title: Text
    fields: tuple[str, ...]
    help: Text = ""
    look: str = ""


@dataclass(frozen=True)
class Related:
    """Records of another register that point at this one by ``field``, shown on this one's page.

    ``in_version``: they are part of what is approved or shared with this record. ``on_page``: False where the register
    shows them in a panel of its own.
    """

    register: str
    field: str
    title: Text
    columns: tuple[str, ...]
    in_version: bool = True
    on_page: bool = True


@dataclass(frozen=True)
class Action:
    """A button on a record's page; ``post`` ones change something, the first ``primary`` one is the next step."""

    label: Text
    url: str
    icon: str
    post: bool = False
    primary: bool = False


class Register:
    """Subclass, fill in, and hand to ``registers.add``. ``docs/adding-a-register.md`` shows a real one."""

    model: ClassVar[type[Record]]
    slug: ClassVar[str]
    prefix: ClassVar[str]
    group: ClassVar[str]
    icon: ClassVar[str]
    about: ClassVar[Text]
    first_step: ClassVar[Text]
    view: ClassVar[Permission]
    edit: ClassVar[Permission]
    columns: ClassVar[tuple[str, ...]]
    more_columns: ClassVar[tuple[str, ...]] = ("tags", "created_at", "updated_at")
    filters: ClassVar[tuple[str, ...]] = ("owner",)
    more_filters: ClassVar[
        tuple[type["Filter"], ...]
    ] = ()  # for what no field holds, by the name that each is ``called``
    search: ClassVar[tuple[str, ...]] = ("reference",)
    sections: ClassVar[tuple[Section, ...]]
    readonly: ClassVar[tuple[str, ...]] = ()
    related: ClassVar[tuple[Related, ...]] = ()
    tones: ClassVar[dict[str, dict[str, str]]] = {}
    meanings: ClassVar[tuple[Text, ...]] = ()  # of an approver's signature; none: such records are not approved
    lists_approval: ClassVar[bool] = False  # where the first question about each record is whether it is in force
    over: ClassVar[dict[str, tuple[str, ...]]] = {}  # values of fields with which nothing of a record is due any more
    formatted: ClassVar[tuple[str, ...]] = ()  # long texts that are written with headings, lists, tables and links
    guides_to_approval: ClassVar[bool] = False  # its page leads through all that ``not_ready`` says by itself
    outside_version: ClassVar[tuple[str, ...]] = ()  # what says when to look again, not what is approved
    in_navigation: ClassVar[bool] = True
    attachable: ClassVar[bool] = True  # False where files are kept in another way, or have no place
    panels_first: ClassVar[bool] = False  # where what a record does matters more than what it says
    import_names: ClassVar[dict[str, tuple[str, ...]]] = {}  # field: how other people's tables call its column

    # What a register may say about itself beyond its fields

    def actions(self, record: Any, actor: "Actor") -> list[Action]:
        """Further buttons on the record's page, beside edit and archive."""
        return []

    def panels(self, record: Any, actor: "Actor") -> list[tuple[str, dict[str, Any]]]:
        """Further parts of the record's page: (template, context), below the facts."""
        return []

    def sections_of(self, record: Any) -> Sequence[Section]:
        """Those sections that say something about this record; its page shows no others."""
        return self.sections

    def snapshot(self, record: Any) -> dict[str, Any]:
        """What a Version holds beyond the fields, children and links; plain JSON values, no floats."""
        return {}

    def not_ready(self, record: Any) -> str:
        """Why ``record`` cannot be sent for approval as it stands, in a sentence; empty where it can."""
        return ""

    def on_paper(self, body: dict[str, Any]) -> "Sequence[tuple[Text, Sequence[Block]]] | None":
        """How ``snapshot``, out of a version's body, reads in a document, as titles with blocks; None: key by key.

        ``body`` may be years old: what it does not hold is left out.
        """
        return None

    def values_of(self, name: str, organisation: "Organisation") -> Sequence[tuple[Any, Text]]:
        """What a field may hold here, each value with its words, where the model cannot know it: steps of a scale that
        an organisation defines, ids of a catalogue."""
        return ()

    def import_words(self, name: str, organisation: "Organisation") -> Mapping[str, Any]:
        """How other people's tables write the values of a field: words in lower case, and the value that they mean."""
        return {}

    def form_class(self) -> Any:
        """A ModelForm base of the register's own, where the shape of its input has rules of several fields."""
        from grc.registers.forms import RecordForm

        return RecordForm

    # What follows from the declaration

    @property
    def name(self) -> Text:
        return self.model._meta.verbose_name or self.slug

    @property
    def plural(self) -> Text:
        return self.model._meta.verbose_name_plural or self.slug

    @property
    def fields(self) -> list[str]:
        """Every field of the record's page, in order."""
        return [name for section in self.sections for name in section.fields]

    @property
    def writable(self) -> list[str]:
        return [name for name in self.fields if name not in self.readonly]

    def field(self, name: str) -> "Field[Any, Any]":
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    def heading(self, name: str) -> str:
        label = str(getattr(self.field(name), "verbose_name", name))
        return label[:1].upper() + label[1:]

    def foreign(self, names: Sequence[str]) -> list[str]:
        """Those of ``names`` that point at another table: to be fetched with the row, not one by one."""
        return [name for name in names if self.field(name).is_relation]

    def tone(self, name: str, value: Any, record: Any = None) -> str:
        """The colour of a value's badge (``record``: whose value it is); empty where the field has none.

        A day on which something was to be done is red once it has passed.
        """
        if isinstance(value, dt.date) and record is not None and self.waits_for(name, record):
            return "red" if value < timezone.localdate() else ""
        return self.tones.get(name, {}).get(str(value), "")

    def gloss(self, name: str, value: Any, record: Any) -> Text:
        """A word that stands beside a value on pages, and in no version or file: what a score means here."""
        return ""

    def ends_by(self, name: str) -> tuple[str, ...] | None:
        """The fields that say whether something is still to be done on the day that field ``name`` holds; None where
        nothing is: it is a day of another kind, or of what never ends and is never late."""
        if name not in (*REVIEWS, "due_on"):
            return None
        known = {field.name for field in self.model._meta.fields}
        if name not in known:
            return None
        if name in REVIEWS:
            return tuple(self.over)
        ends = (*self.over, "done_on") if "done_on" in known else tuple(self.over)
        return ends or None

    def waits_for(self, name: str, record: Any) -> bool:
        """Whether something is still to be done about ``record`` on the day that field ``name`` holds."""
        ends = self.ends_by(name)
        if ends is None or record.archived_at is not None:
            return False
        return not any(
            getattr(record, end) in self.over[end] if end in self.over else getattr(record, end) is not None
            for end in ends
        )

    def list_url(self, organisation: str) -> str:
        return reverse(f"{self.slug}-list", args=[organisation])

    def detail_url(self, organisation: str, reference: str) -> str:
        return reverse(f"{self.slug}-detail", args=[organisation, reference])

    def url(self, what: str, record: Record) -> str:
        return reverse(f"{self.slug}-{what}", args=[record.organisation.slug, record.reference])

    def extra_urls(self) -> list[URLPattern]:
        """Pages of the register's own, below ``/o/<organisation>/<slug>/<reference>/``."""
        return []


class Registers:
    """The registry: every register of every app, in the order of declaration."""

    def __init__(self) -> None:
        self._by_slug: dict[str, Register] = {}
        self._by_model: dict[type[Model], Register] = {}

    def add(self, register_class: type[Register]) -> type[Register]:
        """Class decorator. Raises ``ValueError`` for a slug, prefix or model that is taken."""
        register = register_class()
        taken = {other.prefix for other in self}
        if register.slug in self._by_slug or register.model in self._by_model or register.prefix in taken:
            raise ValueError(f"{register_class.__name__}: its slug, prefix or model belongs to another register")
        self._by_slug[register.slug] = self._by_model[register.model] = register
        register_class.sections = (*register.sections, Section(_("Labels"), ("tags",)))  # every record may have some
        return register_class

    def of(self, model: type[Model]) -> Register:
        return self._by_model[model]

    def by_slug(self, slug: str) -> Register:
        return self._by_slug[slug]

    def __iter__(self) -> Iterator[Register]:
        return iter(self._by_slug.values())


registers = Registers()
