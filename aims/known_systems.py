"""What the register of AI systems tells the tests on decision records: class, stage, approved model versions."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator

from aims.models import AISystem, Component
from controls.rules.systems import KnownSystem, known_systems
from grc.models.approval import Review
from grc.models.organisation import Organisation


@known_systems.add()
def registered_systems(organisation: Organisation) -> Iterator[KnownSystem]:
    """Every registered system with an id in decision records."""
    approved = _approved_models(organisation)
    for system in AISystem.objects.within(organisation).filter(archived_at=None).exclude(runtime_id="").order_by("pk"):
        yield KnownSystem(
            key_id=system.pk,
            runtime_id=system.runtime_id,
            name=system.name,
            risk_class=system.risk_class,
            stage=system.stage,
            models=approved.get(system.pk, {}),
        )


def _approved_models(organisation: Organisation) -> dict[int, dict[str, dt.datetime]]:
    """By system: each model version that an approver signed for, and since when.

    What was signed is the frozen version, so the pinned version is read from there and not from the row as it is today.
    """
    models = Component.objects.within(organisation).filter(kind=Component.Kind.MODEL)
    system_of = dict(models.values_list("pk", "system_id"))
    signed = Review.objects.within(organisation).filter(
        key_id__in=system_of, state__in=(Review.State.APPROVED, Review.State.SUPERSEDED)
    )
    found: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    for review in signed.select_related("version").order_by("ended_at"):
        pinned = _pinned(bytes(review.version.body))
        if pinned and review.ended_at is not None:
            found[system_of[review.key_id]].setdefault(pinned, review.ended_at)
    return found


def _pinned(body: bytes) -> str:
    facts = [fact for section in json.loads(body)["sections"] for fact in section["facts"]]
    return next((str(fact["text"]) for fact in facts if fact["name"] == "pinned_version"), "")
