"""One check is taken out of the product at a time; a small set of refusals must notice each of them."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models.functions import Now

from evidence.find.reach import DecisionReach
from grc.access import gate, room
from grc.access.actor import Actor
from grc.access.roles import Permission, Reach
from grc.actions import files as file_actions
from grc.api import authentication, serializers
from grc.context import Context
from grc.db import base
from grc.models import APIToken, File, GrantPeriod, Membership, Organisation, Person, Record, RecordKey
from grc.models.version import Version
from grc.registers import forms, query
from grc.registers.register import registers
from grc.room import access as room_access
from grc.room.contents import Room, RoomRecord
from grc.room.pages import RoomPage
from grc.uploads import inspection
from tests.attacks.probes import PROBES, World, build_world

pytestmark = pytest.mark.django_db
Patch = Any
KERNEL = ("grc", "evidence", "vendors", "controls", "aims", "audits")


def everywhere(patch: Patch, original: Any, replacement: Any) -> None:
    """Put ``replacement`` where any module of the product has imported ``original``."""
    for module in modules():
        for name, value in list(vars(module).items()):
            if value is original:
                patch.setattr(module, name, replacement)


def modules() -> list[Any]:
    return [module for name, module in list(sys.modules.items()) if module and name.partition(".")[0] in KERNEL]


def no_organisation_filter(patch: Patch) -> None:
    def permitted(queryset: Any, actor: Actor, permission: Permission) -> Any:
        reach = actor.reach(permission)
        rows = queryset.none() if reach is None else queryset.all()
        if hasattr(queryset.model, "seen_by") and actor.person is not None:
            rows = queryset.model.seen_by(rows, actor)
        return queryset.model.own_rows(rows, actor) if reach is Reach.OWN else rows

    everywhere(patch, gate.permitted, permitted)


def no_sight_by_what_it_is_about(patch: Patch) -> None:
    for model in {model for model in apps.get_models() if hasattr(model, "seen_by")}:
        patch.setattr(model, "seen_by", classmethod(lambda cls, rows, actor: rows))


def no_organisation_in_require(patch: Patch) -> None:
    def require(actor: Actor, permission: Permission, record: Any = None) -> None:
        reach = actor.reach(permission)
        if reach is None or (reach is Reach.OWN and record is not None and not record.is_own(actor)):
            raise gate.Denied("no")

    everywhere(patch, gate.require, require)


def below(model: type) -> list[type]:
    return [found for child in model.__subclasses__() for found in (child, *below(child))]


def everything_is_ones_own(patch: Patch) -> None:
    for model in [Record, *below(Record)]:
        if "is_own" in vars(model):
            patch.setattr(model, "is_own", lambda self, actor: True)


def no_role_filter(patch: Patch) -> None:
    patch.setattr(Actor, "reach", lambda self, permission: Reach.ALL)


def no_ownership(patch: Patch) -> None:
    reach = Actor.reach
    patch.setattr(Actor, "reach", lambda self, permission: reach(self, permission) and Reach.ALL)


def no_ended_memberships(patch: Patch) -> None:
    def of(cls: Any, person: Person, organisation: Organisation, *, way: str = "page", address: str = "") -> Any:
        roles = frozenset(
            Membership.objects.filter(person=person, organisation=organisation).values_list("role", flat=True)
        )
        return cls(organisation, person, roles, way, address) if roles and person.is_active else None

    patch.setattr(Actor, "of", classmethod(of))


def no_disabled_people(patch: Patch) -> None:
    def of(cls: Any, person: Person, organisation: Organisation, *, way: str = "page", address: str = "") -> Any:
        rows = Membership.objects.filter(person=person, organisation=organisation, ended_at=None)
        roles = frozenset(rows.values_list("role", flat=True))
        return cls(organisation, person, roles, way, address) if roles else None

    patch.setattr(Actor, "of", classmethod(of))


def no_membership_at_all(patch: Patch) -> None:
    def of(cls: Any, person: Person, organisation: Organisation, *, way: str = "page", address: str = "") -> Any:
        roles = Membership.objects.filter(person=person, ended_at=None).values_list("role", flat=True)
        return cls(organisation, person, frozenset(roles), way, address)

    patch.setattr(Actor, "of", classmethod(of))


def require_nothing_in(module: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(module, "require", lambda *args, **kwargs: None)


def allow_everything_in(module: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(module, "allows", lambda *args, **kwargs: True)


def periods(**left_out: bool) -> Callable[[Patch], None]:
    """``running_periods`` without one of its conditions."""

    def running_periods(person: Person) -> Any:
        rows = GrantPeriod.unscoped.order_by("not_after", "pk")
        if "person" not in left_out:
            rows = rows.filter(person=person)
        if "granted" not in left_out:
            granted = room.get_objects_for_user(person, room.READ_SCOPE, use_groups=False, with_superuser=False)
            rows = rows.filter(scope__in=granted)
        if "revoked" not in left_out:
            rows = rows.filter(revoked_at=None)
        if "begun" not in left_out:
            rows = rows.filter(not_before__lte=Now())
        return rows if "ended" in left_out else rows.filter(not_after__gt=Now())

    return lambda patch: everywhere(patch, room.running_periods, running_periods)


def any_file_of_the_organisation(patch: Patch) -> None:
    def file(self: Room, public_id: str) -> Any:
        found = File.unscoped.filter(organisation=self.period.organisation, public_id=public_id).first()
        return (self.records[0], found) if found else None

    patch.setattr(Room, "file", file)


def any_version_of_the_organisation(patch: Patch) -> None:
    def record(self: Room, reference: str) -> Any:
        rows = Version.unscoped.filter(organisation=self.period.organisation, key__reference=reference)
        version = rows.order_by("-number").first()
        return (
            RoomRecord(version, {"reference": reference, "title": "", "kind": "", "sections": []}) if version else None
        )

    patch.setattr(Room, "record", record)
    key = RecordKey.unscoped.get(organisation__slug="nordhaven", reference="EVD-0002")
    Version.unscoped.create(organisation=key.organisation, key=key, number=1, body=b"{}", sha256="0" * 64)


def live_rows_in_the_room(patch: Patch) -> None:
    from grc.actions.versions import snapshot

    before = Room.record

    def record(self: Room, reference: str) -> Any:
        found = before(self, reference)
        if found is None:
            return None
        model = registers.by_slug(found.body["register"]).model
        live = model.unscoped.select_related("organisation", "key").get(pk=found.version.key_id)
        return RoomRecord(found.version, snapshot(live))

    patch.setattr(Room, "record", record)


def writes_in_the_room(patch: Patch) -> None:
    patch.setattr(RoomPage, "http_method_names", ["get", "post", "put", "patch", "delete"])
    from grc.room.pages import RecordsPage

    for verb in ("post", "put", "patch", "delete"):
        patch.setattr(RecordsPage, verb, RecordsPage.get, raising=False)


def views_unlogged(patch: Patch) -> None:
    everywhere(patch, room_access.note_view, lambda *args, **kwargs: None)


def token_without(condition: str) -> Callable[[Patch], None]:
    def authenticate(self: Any, request: Any) -> Any:
        secret = request.headers.get("Authorization", "").partition(" ")[2]
        rows = APIToken.objects.filter(digest=authentication.digest(secret))
        rows = rows if condition == "revoked" else rows.filter(revoked_at=None)
        rows = rows if condition == "expired" else rows.filter(expires_at__gt=Now())
        rows = rows if condition == "active" else rows.filter(person__is_active=True)
        token = rows.first()
        return (token.person, token) if token else None

    return lambda patch: patch.setattr(authentication.TokenAuthentication, "authenticate", authenticate)


def people_of_everywhere(patch: Patch) -> None:
    everywhere(patch, query.people_of, lambda actor: Person.objects.all())


def choices_unlimited(patch: Patch) -> None:
    def limit(self: Any, name: str, field: Any) -> None:
        target = getattr(getattr(field, "queryset", None), "model", None)
        if target is not None:
            field.to_field_name = "public_id" if target is Person else "reference"

    patch.setattr(forms.RecordForm, "_limit_choices", limit)


def references_unscoped(patch: Patch) -> None:
    patch.setattr(serializers.RecordField, "get_queryset", lambda self: self.target and self.target.unscoped.all())


def unknown_fields_pass(patch: Patch) -> None:
    patch.setattr(serializers.RecordSerializer, "validate", lambda self, attrs: attrs)


def without_middleware(name: str) -> Callable[[Patch], None]:
    def remove(patch: Patch) -> None:
        from django.conf import settings

        assert name in settings.MIDDLEWARE
        patch.setattr(settings, "MIDDLEWARE", [entry for entry in settings.MIDDLEWARE if entry != name])

    return remove


def sessions_without_csrf(patch: Patch) -> None:
    patch.setattr(authentication.SessionAuthentication, "enforce_csrf", lambda self, request: None)


def files_served_open(patch: Patch) -> None:
    from django.http import FileResponse

    everywhere(
        patch, file_actions.attachment, lambda file: FileResponse(file.content.open("rb"), content_type="text/html")
    )


def files_unjudged(patch: Patch) -> None:
    def accept(file: Any, *, name: str, **_: Any) -> Any:
        return inspection.Inspection("text/csv", ".csv", "0" * 64, 1, "a.csv", inspection.Kind.TABLE)

    everywhere(patch, inspection.inspect, accept)


def decisions_for_everybody(patch: Patch) -> None:
    patch.setattr(DecisionReach, "whole", classmethod(lambda cls, actor, *args: cls(actor.organisation)))


REMOVALS: dict[str, Callable[[Patch], None]] = {
    "permitted: organisation": no_organisation_filter,
    "require: organisation": no_organisation_in_require,
    "role": no_role_filter,
    "ownership": no_ownership,
    "ownership: is_own": everything_is_ones_own,
    "permitted: what it is about": no_sight_by_what_it_is_about,
    "membership": no_membership_at_all,
    "membership: ended": no_ended_memberships,
    "person: disabled": no_disabled_people,
    "room: period's end": periods(ended=True),
    "room: period's beginning": periods(begun=True),
    "room: revoked": periods(revoked=True),
    "room: guardian row": periods(granted=True),
    "room: person": periods(person=True),
    "room: file in version": any_file_of_the_organisation,
    "room: record in scope": any_version_of_the_organisation,
    "room: versions, not rows": live_rows_in_the_room,
    "room: read only": writes_in_the_room,
    "room: views are logged": views_unlogged,
    "token: revoked": token_without("revoked"),
    "token: expired": token_without("expired"),
    "token: owner disabled": token_without("active"),
    "choices: people of the organisation": people_of_everywhere,
    "choices: form": choices_unlimited,
    "choices: API": references_unscoped,
    "API: unknown fields": unknown_fields_pass,
    "login required": without_middleware("django.contrib.auth.middleware.LoginRequiredMiddleware"),
    "form token": without_middleware("django.middleware.csrf.CsrfViewMiddleware"),
    "form token: API": sessions_without_csrf,
    "files: attachment": files_served_open,
    "files: inspection": files_unjudged,
    "decisions: permission": decisions_for_everybody,
}
NOBODY = Context(None, None, "")
ASKED_AGAIN = {"evidence.decisions.pages", "evidence.decisions.api"}
"""Modules whose ``require`` only saves work: ``disclose`` asks the same behind them, and is taken out by itself."""

for _module in modules():
    if getattr(_module, "require", None) is gate.require and _module.__name__ not in {gate.__name__, *ASKED_AGAIN}:
        REMOVALS[f"require in {_module.__name__}"] = require_nothing_in(_module)


@pytest.fixture(autouse=True)
def gate_alone(monkeypatch: Any) -> None:
    """Row-level security lets everything through here: it stands behind the gate, and would hide that a check is gone.

    ``tests/grc/test_row_security.py`` is about what it refuses by itself.
    """
    told = base.told_sql
    monkeypatch.setattr(base, "told_sql", lambda context: told(replace(context or NOBODY, way="test")))


@pytest.fixture
def world(system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]) -> World:
    return build_world(system, actor_of("administrator", other_organisation), actor_of)


def first_to_notice(world: World) -> str:
    """The name of the first probe that fails; empty where all pass. What they wrote is undone."""
    for probe in PROBES:
        try:
            with transaction.atomic():
                probe(world)
                transaction.set_rollback(True)
        except (Exception, pytest.fail.Exception):
            return probe.__name__
    return ""


def test_probes_pass_while_every_check_is_in_place(world: World) -> None:
    for probe in PROBES:
        with transaction.atomic():
            probe(world)
            transaction.set_rollback(True)


@pytest.mark.assurance
@pytest.mark.parametrize("removal", REMOVALS)
def test_check_that_is_taken_out_is_missed(removal: str, world: World, monkeypatch: Any) -> None:
    with monkeypatch.context() as patch:
        REMOVALS[removal](patch)
        assert first_to_notice(world), f"nothing notices that this check is gone: {removal}"
