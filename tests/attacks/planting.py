"""Rows with a canary in every text that a person could have typed, for every model of the product.

A canary is ``HEAD`` and ``TAIL``: one may search for the head, and a page that echoes the search holds no tail.
"""

import datetime as dt
import hashlib
import io
import itertools
import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from evidence.actions.items import add_file
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import NotLinkable, link_records
from grc.db.row_security import is_history, secured_models
from grc.models import Membership, Organisation, Person, RecordKey
from grc.models.record import Record
from grc.models.secret import SecretField
from grc.registers.register import Register, registers
from tests.conftest import PASSWORD
from tests.factories import make

HEAD, TAIL = "zq7canary", "leak4f1d"
CANARY = HEAD + TAIL
numbers = itertools.count(1)


def holds_canary(text: bytes) -> bool:
    return TAIL.encode() in text.lower()


def is_free_text(field: Any) -> bool:
    """Text that a person or another machine chose: neither a choice nor something that Assay computes."""
    return isinstance(field, models.TextField | models.CharField) and not field.choices and field.editable


def planted(field: Any, canary: str = CANARY) -> str | None:
    """A value for ``field`` with a canary in it that its validators take; None where none fits."""
    for text in (canary, f"https://{canary}.example/", f"{canary}{next(numbers)}@{canary}.example"):
        try:
            field.clean(text, None)
        except ValidationError:
            continue
        return text
    return None


def texts_for(model: type[models.Model], names: list[str], canary: str = CANARY) -> dict[str, str]:
    found = {}
    for name in names:
        field = model._meta.get_field(name)
        if is_free_text(field) and not isinstance(field, SecretField):
            text = planted(field, canary)
            if text is not None:
                found[name] = text
    return found


LINKED_AHEAD = (1, 2, 5)
"""How far away, in the order of the registers, the records are with which one is linked."""


def plant_registers(by: Actor, canary: str = CANARY) -> dict[str, Record]:
    """One record of every register, its texts canaries, each linked with six others from either side."""
    made: dict[str, Record] = {}
    for register in registers:
        texts = texts_for(register.model, register.writable, canary)
        own: dict[str, Record] = {}
        for field in register.model._meta.concrete_fields:
            found = next((record for record in made.values() if field.related_model is type(record)), None)
            if found is not None and field.editable and found not in own.values():  # two ends are two records
                own[field.name] = found
        made[register.slug] = make_with(register, by, own, texts)
    records = list(made.values())
    for (at, one), ahead in itertools.product(enumerate(records), LINKED_AHEAD):
        try:
            link_records(source=one, reference=records[(at + ahead) % len(records)].reference, note=canary, by=by)
        except NotLinkable:
            continue  # a link is not linked, and two may be linked already
    for record in made.values():
        plant_file(record, by, canary)
    return made


def make_with(register: Register, by: Actor, fields: dict[str, Any], texts: dict[str, str]) -> Record:
    """A record with as many of ``fields`` and ``texts`` as the rules of its row take together."""
    every = fields | texts
    try:
        with transaction.atomic():
            whole: Record = make(register.slug, by, **every)
            return whole
    except (IntegrityError, Denied):
        pass  # one of them is too much: which?
    taken: dict[str, Any] = {}
    for name, value in every.items():
        try:
            with transaction.atomic():
                make(register.slug, by, **taken | {name: value})
                transaction.set_rollback(True)
        except (IntegrityError, Denied):
            continue
        taken[name] = value
    record: Record = make(register.slug, by, **taken)
    return record


def plant_file(record: Record, by: Actor, canary: str) -> None:
    if hasattr(record, "files"):
        add_file(item=record, upload=io.BytesIO(f"{canary},1\r\n".encode()), name=f"{canary}.csv", by=by)  # type: ignore[arg-type]


def plant_organisation(name: str = CANARY, only: Register | None = None) -> Actor:
    """Another organisation with people and records, or with one record of ``only`` one register; ``plant_rest`` adds
    what remains."""
    organisation = Organisation.objects.create(name=f"{name} Ltd", slug=f"elsewhere-{next(numbers)}")
    person = Person.objects.create_user(f"{name}@{name}.example", PASSWORD, name=name)
    second = Person.objects.create_user(f"{name}-2@{name}.example", PASSWORD, name=name)
    for member, role in ((person, "administrator"), (second, "approver")):
        Membership.objects.create(organisation=organisation, person=member, role=role)
    actor = Actor.of(person, organisation)
    assert actor is not None
    with actor.working():
        if only is None:
            plant_registers(actor)
        else:
            make(only.slug, actor)
    return actor


def plant_rest(organisation: Organisation) -> None:
    """What no factory makes, built from the model's fields alone, as the tables' owner."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE assay_owner")
    try:
        for model in owned_models():
            if not issubclass(model, Record) and not model._base_manager.filter(organisation=organisation).exists():
                build(model, organisation)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE assay_app")


def owned_models() -> list[type[models.Model]]:
    return [model for model, _policies in secured_models() if not is_history(model)]


def build(model: type[models.Model], organisation: Organisation) -> models.Model:
    """A row with as much in it as its table's rules take together."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key and isinstance(field, models.AutoField)) and field.name != "pk"
    ]
    undated = [field for field in fields if not (field.null and isinstance(field, models.DateField))]
    keyless = [field for field in fields if not (field.null and field.related_model is RecordKey)]
    needed = [field for field in fields if not (field.null or field.blank or field.has_default())]
    for some in (fields, undated, keyless, needed):
        values = {field.name: value_for(field, organisation) for field in some}
        row = model(**{name: value for name, value in values.items() if value is not None})
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue
        return row
    raise ValueError(f"no row of {model.__name__} can be made from its fields alone")


def value_for(field: Any, organisation: Organisation) -> Any:
    """Something that the column takes: canaries in text, now in times, existing or new rows behind keys."""
    if field.is_relation:
        return related_row(field, organisation)
    if field.choices:
        return field.choices[0][0]
    text = f"{CANARY}{next(numbers)}"
    by_type: list[tuple[Any, Any]] = [
        (ArrayField, [CANARY]),
        (models.EmailField, f"{CANARY}{next(numbers)}@{CANARY}.example"),
        (models.UUIDField, uuid.uuid4()),
        ((models.CharField, models.TextField), text[: field.max_length] if field.max_length else text),
        (models.BinaryField, hashlib.sha256(CANARY.encode()).digest()),
        (models.JSONField, {"to": CANARY, "text": CANARY}),
        (models.BooleanField, False),
        (models.DateTimeField, timezone.now()),
        (models.DateField, timezone.now().date()),
        (models.IntegerField, next(numbers)),
        (models.DurationField, dt.timedelta(seconds=1)),
    ]
    return next((value for kind, value in by_type if isinstance(field, kind)), None)


def related_row(field: Any, organisation: Organisation) -> Any:
    target = field.related_model
    if target is Organisation:
        return organisation
    if target is Person:
        people = Person.objects.filter(memberships__organisation=organisation).order_by("pk").distinct()
        return people.last() if field.name == "approver" else people.first()  # nobody approves their own work
    if target is RecordKey:
        taken = field.model._base_manager.filter(organisation=organisation).values(f"{field.name}_id")
        return RecordKey.unscoped.filter(organisation=organisation).exclude(pk__in=taken).order_by("?").first()
    try:
        target._meta.get_field("organisation")
    except FieldDoesNotExist:
        return None
    row = target._base_manager.filter(organisation=organisation).first()
    return row or (None if field.null else build(target, organisation))
