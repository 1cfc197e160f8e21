"""Who may see what a notice, a comment or a mention is about: asked of the register, as its own pages ask."""

from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from grc.access.actor import Actor
from grc.access.roles import Reach
from grc.models.record import RecordKey
from grc.registers.register import Register, registers

S = TypeVar("S", bound="QuerySet[Any]")


def may_see(actor: Actor, key: RecordKey) -> bool:
    """Whether ``actor`` may open the record that ``key`` stands for."""
    register = registers.by_slug(key.register)
    return (
        actor.can(register.view) and register.model.objects.permitted(actor, register.view).filter(pk=key.pk).exists()
    )


def about_seen(rows: S, actor: Actor, name: str = "about") -> S:
    """Those of ``rows`` whose record (foreign key ``name``, null for none) ``actor`` may open; about none, they stay.

    One query, whatever the number of registers: most are seen whole or not at all, the others are looked into.
    """
    whole, narrowed = [], Q()
    for register in registers:
        if actor.reach(register.view) is None:
            continue
        if _seen_whole(register, actor):
            whole.append(register.slug)
        else:
            seen = register.model.objects.permitted(actor, register.view).filter(pk=OuterRef(f"{name}_id"))
            narrowed |= Q(Exists(seen), **{f"{name}__register": register.slug})
    return rows.filter(Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__register__in": whole}) | narrowed)


def _seen_whole(register: Register, actor: Actor) -> bool:
    return actor.reach(register.view) is Reach.ALL and (actor.person is None or not hasattr(register.model, "seen_by"))
