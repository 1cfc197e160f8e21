"""Outsiders: who may read a scope, and until when. Nobody else reads grants."""

from django.db.models import QuerySet
from django.db.models.functions import Now
from guardian.shortcuts import get_objects_for_user

from grc.models.person import Person
from grc.models.scope import GrantPeriod, Scope

READ_SCOPE = "grc.read_scope"


def running_periods(person: Person) -> "QuerySet[GrantPeriod]":
    """The grant periods that run right now, by the database's clock.

    A guardian row says that this person was given this scope; the period says when. Both are demanded. To be read in a
    context of the person or of the organisation.
    """
    if not person.is_active:
        return GrantPeriod.unscoped.none()
    granted = get_objects_for_user(
        person,
        READ_SCOPE,
        klass=Scope.unscoped.all(),
        use_groups=False,
        accept_global_perms=False,
        with_superuser=False,
    )
    return GrantPeriod.unscoped.filter(
        person=person, scope__in=granted, revoked_at=None, not_before__lte=Now(), not_after__gt=Now()
    ).order_by("not_after", "pk")
