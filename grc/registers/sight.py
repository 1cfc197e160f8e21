"""Rows about a record (links, tasks, comments, notices): who may see and change what they are about.

Asked of the record's own register, as its pages ask, in one query whatever the number of registers.
"""

from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission, Reach
from grc.models.record import RecordKey
from grc.registers.register import Register, registers

S = TypeVar("S", bound="QuerySet[Any]")


def may_see(actor: Actor, key: RecordKey) -> bool:
    """Whether ``actor`` may open the record that ``key`` stands for."""
    register = registers.by_slug(key.register)
    return actor.can(register.view) and _rows(register, actor, register.view).filter(pk=key.pk).exists()


def may_change(actor: Actor, key: RecordKey) -> bool:
    """Whether ``actor`` may change the record that ``key`` stands for."""
    register = registers.by_slug(key.register)
    if not actor.can(register.edit):
        return False
    record = _rows(register, actor, register.view).filter(pk=key.pk).first()
    return record is not None and allows(actor, register.edit, record)


def about_seen(rows: S, actor: Actor, name: str = "about", without: tuple[str, ...] = ()) -> S:
    """Those of ``rows`` whose record (foreign key ``name``, null for none) ``actor`` may open; about none, they stay.

    ``without``: registers whose records such rows are never about.
    """
    return rows.filter(Q(**{f"{name}__isnull": True}) | _condition(actor, f"{name}__register", f"{name}_id", without))


def keys_seen_by(actor: Actor, without: tuple[str, ...] = ()) -> "QuerySet[RecordKey]":
    """Every record of the organisation, by its key, as far as the actor may open it."""
    keys = RecordKey.objects.within(actor.organisation)
    return keys.filter(_condition(actor, "register", "pk", without))


def about_changeable(actor: Actor, name: str, without: tuple[str, ...] = ()) -> Q:
    """The condition that ``actor`` may change the record behind the foreign key ``name``."""
    whole, condition = [], Q()
    for register in registers:
        reach = actor.reach(register.edit)
        if reach is None or register.slug in without:
            continue
        if reach is Reach.ALL and _seen_whole(register, actor):
            whole.append(register.slug)
        else:
            own = _rows(register, actor, register.edit).filter(pk=OuterRef(f"{name}_id"))
            condition |= Q(Exists(own), **{f"{name}__register": register.slug})
    return condition | Q(**{f"{name}__register__in": whole})


def _condition(actor: Actor, register_is: str, key_is: str, without: tuple[str, ...]) -> Q:
    # most registers are seen whole or not at all; into the others one must look
    whole, condition = [], Q()
    for register in registers:
        if not actor.can(register.view) or register.slug in without:
            continue
        if _seen_whole(register, actor):
            whole.append(register.slug)
        else:
            seen = _rows(register, actor, register.view).filter(pk=OuterRef(key_is))
            condition |= Q(Exists(seen), **{register_is: register.slug})
    return condition | Q(**{f"{register_is}__in": whole})


def _seen_whole(register: Register, actor: Actor) -> bool:
    return actor.reach(register.view) is Reach.ALL and (actor.person is None or not hasattr(register.model, "seen_by"))


def _rows(register: Register, actor: Actor, permission: Permission) -> "QuerySet[Any]":
    rows: QuerySet[Any] = register.model.objects.permitted(actor, permission)
    return rows
