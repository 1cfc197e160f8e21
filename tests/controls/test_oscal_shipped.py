"""The catalogues that come with Assay, as OSCAL: valid, and the same again in another organisation."""

from typing import Any

import pytest

from controls.actions.frameworks import adopt_framework
from controls.catalogues.shipped import KEYS
from controls.models import Framework, Mapping, Requirement
from controls.transfer.exports import export_crosswalk, export_framework
from grc.access.actor import Actor
from grc.models import Organisation
from tests.controls.bringing import bring
from tests.controls.schemas import errors

pytestmark = pytest.mark.django_db
FIELDS = ("code", "name", "label", "kind", "parent__code", "position", "says", "text", "documents", "roles",
          "applies_on", "applies", "note", "source")  # fmt: skip


@pytest.fixture
def other(other_organisation: Organisation) -> Actor:
    return Actor.system(other_organisation)


def said(framework: Framework) -> list[dict[str, Any]]:
    rows = Requirement.unscoped.filter(framework=framework).order_by("position", "pk")
    return list(rows.values(*FIELDS))


@pytest.mark.parametrize("key", KEYS)
def test_catalogue_is_valid_and_the_same_elsewhere(key: str, system: Actor, other: Actor) -> None:
    framework = adopt_framework(key=key, by=system)
    document = export_framework(framework=framework, by=system)
    assert errors(document) == []
    there = bring(document, other).framework
    assert said(there) == said(framework)


def stripped(value: Any) -> Any:
    """A document without what is each writer's own: UUIDs, references to them, its last change."""
    if isinstance(value, dict):
        own = {"uuid", "last-modified", "href", "source", "party-uuids"}
        return {key: stripped(item) for key, item in value.items() if key not in own}
    return [stripped(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("key", ["iso42001", "eu-ai-act"])
def test_catalogue_goes_round_twice(key: str, system: Actor, other: Actor) -> None:
    document = export_framework(framework=adopt_framework(key=key, by=system), by=system)
    again = export_framework(framework=bring(document, other).framework, by=other)
    assert errors(again) == []
    assert stripped(again) == stripped(document)
    assert again["catalog"]["uuid"] != document["catalog"]["uuid"]


def test_same_document_is_written_twice(system: Actor) -> None:
    framework = adopt_framework(key="soc2-ai", by=system)
    assert export_framework(framework=framework, by=system) == export_framework(framework=framework, by=system)


def test_licensed_text_goes_along_only_when_asked_for(system: Actor, other: Actor) -> None:
    framework = adopt_framework(key="iso27001", by=system)
    Requirement.unscoped.filter(framework=framework, code="A.5.7").update(text="Bought words.\n- Two\n- lines")
    assert "Bought" not in str(export_framework(framework=framework, by=system))
    document = export_framework(framework=framework, by=system, with_texts=True)
    assert errors(document) == []
    there = bring(document, other).framework
    assert said(there) == said(framework)
    kept = Requirement.unscoped.get(framework=there, code="A.5.7")
    assert kept.text == "Bought words.\n- Two\n- lines"


PAIRS = [("iso42001", "nist-ai-rmf"), ("iso42001", "eu-ai-act"), ("iso42001", "iso27001"), ("soc2-ai", "soc2")]
SAID = ("source__label", "target__label", "relationship", "standing", "confidence", "origin", "remarks")


@pytest.mark.parametrize("keys", PAIRS, ids="-".join)
def test_crosswalk_is_valid_and_the_same_elsewhere(keys: tuple[str, str], system: Actor, other: Actor) -> None:
    source, target = (adopt_framework(key=key, by=system) for key in keys)
    rows = Mapping.unscoped.filter(organisation=system.organisation)
    first = rows.order_by("pk").first()
    assert first is not None
    rows.filter(pk=first.pk).update(standing="confirmed", relationship="subset-of", remarks="Looked at.\nTwice.")
    document = export_crosswalk(source=source, target=target, by=system)
    assert errors(document) == []
    for framework in (source, target):
        bring(export_framework(framework=framework, by=system), other)
    bring(document, other)
    there = Mapping.unscoped.filter(organisation=other.organisation)
    assert set(there.values_list(*SAID)) == set(rows.values_list(*SAID))
    frameworks = [Framework.unscoped.get(organisation=other.organisation, short=one.short) for one in (source, target)]
    again = export_crosswalk(source=frameworks[0], target=frameworks[1], by=other)
    assert errors(again) == []
    mapped, before = again["mapping-collection"]["mappings"], document["mapping-collection"]["mappings"]
    assert stripped(mapped[0]["maps"]) == stripped(before[0]["maps"])


def test_related_claims_no_relationship_of_oscal(system: Actor) -> None:
    source, target = adopt_framework(key="soc2-ai", by=system), adopt_framework(key="soc2", by=system)
    entry = export_crosswalk(source=source, target=target, by=system)["mapping-collection"]["mappings"][0]["maps"][0]
    assert (entry["ns"], entry["relationship"]) == ("urn:assay:oscal:1", "related")


def test_rejected_mappings_stay_at_home(system: Actor) -> None:
    source, target = adopt_framework(key="soc2-ai", by=system), adopt_framework(key="soc2", by=system)
    rows = Mapping.unscoped.filter(organisation=system.organisation)
    count = rows.count()
    rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:3])).update(standing="rejected", remarks="No.")
    document = export_crosswalk(source=target, target=source, by=system)
    assert errors(document) == []
    assert len(document["mapping-collection"]["mappings"][0]["maps"]) == count - 3
