"""Mapping collections of other people: read, refused with the place, and given back."""

from typing import Any

import pytest

from controls.actions.frameworks import adopt_framework
from controls.models import Framework, Mapping
from controls.transfer.exports import NothingToExport, export_crosswalk
from grc.access.actor import Actor
from grc.actions.records import change_record
from tests.controls.bringing import bring, check
from tests.controls.schemas import errors
from tests.controls.test_oscal_foreign import document

pytestmark = pytest.mark.django_db
RESOURCES = ["cccccccc-0000-4000-8000-000000000001", "cccccccc-0000-4000-8000-000000000002"]


def end(*idents: str, kind: str = "control") -> list[dict[str, Any]]:
    return [{"type": kind, "id-ref": ident} for ident in idents]


def entry(number: int, relationship: str, sources: Any, targets: Any, **more: Any) -> dict[str, Any]:
    uuid = f"dddddddd-0000-4000-8000-{number:012d}"
    return {"uuid": uuid, "relationship": relationship, "sources": sources, "targets": targets, **more}


def collection(*maps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """From the rich catalog to the SOC 2 themes, which are named by their titles."""
    titles = ["Made-up controls for machines that decide", "AI themes that buyers ask for in a SOC 2 report"]
    return {
        "mapping-collection": {
            "uuid": "cccccccc-0000-4000-8000-000000000000",
            "metadata": {
                "title": "Somebody’s crosswalk", "version": "3", "oscal-version": "1.2.0",
                "last-modified": "2026-05-06T00:00:00Z",
            },
            "provenance": {
                "method": "human", "matching-rationale": "semantic", "status": "complete", "mapping-description": "",
            },
            "mappings": [
                {
                    "uuid": "cccccccc-0000-4000-8000-000000000009",
                    "source-resource": {"type": "catalog", "href": f"#{RESOURCES[0]}"},
                    "target-resource": {"type": "catalog", "href": f"#{RESOURCES[1]}"},
                    "maps": list(maps),
                }
            ],
            "back-matter": {
                "resources": [{"uuid": uuid, "title": title} for uuid, title in zip(RESOURCES, titles, strict=True)]
            },
        }
        | more
    }  # fmt: skip


@pytest.fixture
def frameworks(system: Actor) -> tuple[Framework, Framework]:
    return bring(document("rich"), system).framework, adopt_framework(key="soc2-ai", by=system)


def rows() -> list[tuple[str, ...]]:
    found = Mapping.unscoped.order_by("pk")
    return list(found.values_list("source__code", "target__code", "relationship", "standing", "confidence"))


def test_maps_become_mappings(system: Actor, frameworks: tuple[Framework, Framework]) -> None:
    given = collection(
        entry(1, "subset-of", end("f-1"), end("AI-EXT-1"), remarks="As I see it.",
              **{"confidence-score": {"percentage": 0.5}, "matching-rationale": "functional"}),
        entry(2, "equal-to", end("f-1.1", "f-2"), end("AI-EXT-2"), qualifiers=[
            {"subject": "both", "predicate": "has-requirement", "category": "addressable", "description": "Some."}]),
        entry(3, "no-relationship", end("o-1"), end("AI-EXT-3", "AI-EXT-4")),
        entry(4, "resembles", end("loose"), end("AI-EXT-5"), ns="https://example.org/ns"),
        entry(5, "intersects-with", end("f-1_smt.a.1", kind="statement"), end("AI-EXT-5")),
    )  # fmt: skip
    assert errors(given) == []
    bring(given, system)
    assert rows() == [
        ("F-1", "AI-EXT-1", "subset-of", "proposed", "community"),
        ("F-1(1)", "AI-EXT-2", "related", "proposed", "community"),
        ("f-2", "AI-EXT-2", "related", "proposed", "community"),
        ("o-1", "AI-EXT-3", "no-relationship", "proposed", "community"),
        ("o-1", "AI-EXT-4", "no-relationship", "proposed", "community"),
        ("loose", "AI-EXT-5", "related", "proposed", "community"),
        ("F-1", "AI-EXT-5", "intersects-with", "proposed", "community"),
    ]
    first = Mapping.unscoped.order_by("pk").first()
    assert first is not None
    assert (first.origin, first.remarks) == ("Somebody’s crosswalk, 3, 2026-05-06", "As I see it.")
    back = export_crosswalk(source=frameworks[0], target=frameworks[1], by=system)
    assert errors(back) == []
    maps = {one["uuid"]: one for one in back["mapping-collection"]["mappings"][0]["maps"]}
    assert maps == {one["uuid"]: one for one in given["mapping-collection"]["mappings"][0]["maps"]}


def test_changed_mapping_is_written_as_it_stands(system: Actor, frameworks: tuple[Framework, Framework]) -> None:
    bring(collection(entry(1, "equal-to", end("f-1", "f-2"), end("AI-EXT-1"))), system)
    row = Mapping.unscoped.get(source__code="f-2")
    row.relationship, row.standing = "superset-of", "confirmed"
    change_record(record=row, by=system, lock=row.lock)
    back = export_crosswalk(source=frameworks[0], target=frameworks[1], by=system)
    assert errors(back) == []
    maps = back["mapping-collection"]["mappings"][0]["maps"]
    assert [(one["relationship"], one["sources"][0]["id-ref"]) for one in maps] == [
        ("related", "f-1"), ("superset-of", "f-2"),
    ]  # fmt: skip


def test_crosswalk_read_from_the_other_end_is_turned(system: Actor, frameworks: tuple[Framework, Framework]) -> None:
    bring(collection(entry(1, "subset-of", end("f-1"), end("AI-EXT-1"))), system)
    back = export_crosswalk(source=frameworks[1], target=frameworks[0], by=system)
    assert errors(back) == []
    only = back["mapping-collection"]["mappings"][0]["maps"][0]
    assert (only["relationship"], only["sources"][0]["id-ref"]) == ("superset-of", "AI-EXT-1")


def test_second_time_nothing_is_left_to_do_and_a_decision_stays(
    system: Actor, frameworks: tuple[Framework, Framework]
) -> None:
    given = collection(entry(1, "subset-of", end("f-1"), end("AI-EXT-1")))
    bring(given, system)
    row = Mapping.unscoped.get()
    row.standing = "confirmed"
    change_record(record=row, by=system, lock=row.lock)
    assert check(given, system).writes == 0
    given["mapping-collection"]["mappings"][0]["maps"][0]["relationship"] = "equal-to"
    found = bring(given, system)
    assert found.of_kind("change")[0].differences[0].heading == "How"
    assert rows() == [("F-1", "AI-EXT-1", "equal-to", "confirmed", "community")]


def test_single_mapping_may_stand_without_its_list(system: Actor, frameworks: tuple[Framework, Framework]) -> None:
    given = collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1")))
    given["mapping-collection"]["mappings"] = given["mapping-collection"]["mappings"][0]
    assert errors(given) == []
    bring(given, system)
    assert len(rows()) == 1


def test_same_pair_twice_counts_once_and_is_said(system: Actor, frameworks: tuple[Framework, Framework]) -> None:
    found = bring(
        collection(
            entry(1, "equal-to", end("f-1"), end("AI-EXT-1")), entry(2, "subset-of", end("f-1"), end("AI-EXT-1"))
        ),
        system,
    )
    assert rows()[0][2] == "equal-to"
    assert any("more than once" in note for note in found.notes)


@pytest.mark.parametrize(
    ("bad", "path", "reason"),
    [
        (entry(2, "equal-to", end("f-1", "nowhere"), end("AI-EXT-1")), "maps[1].sources[1].id-ref", "has no “nowhere”"),
        (entry(2, "equal-to", end("f-2"), end("AI-EXT-99")), "maps[1].targets[0].id-ref", "has no “AI-EXT-99”"),
        (entry(2, "equal-to", end("none", kind="statement"), end("AI-EXT-1")), "maps[1].sources[0].id-ref", "has no"),
        (entry(2, "related", end("f-2"), end("AI-EXT-1")), "maps[1].relationship", "no relationship of OSCAL"),
    ],
)
def test_dead_end_is_refused_with_its_place_and_nothing_is_taken(
    bad: dict[str, Any], path: str, reason: str, system: Actor, frameworks: tuple[Framework, Framework]
) -> None:
    found = check(collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1")), bad), system)
    assert not found.is_good
    assert found.problems[0].column == f"mapping-collection.mappings[0].{path}"
    assert reason in found.problems[0].reason
    assert rows() == []


def test_unknown_framework_is_asked_for(system: Actor) -> None:
    bring(document("rich"), system)
    adopt_framework(key="soc2-ai", by=system)
    given = collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1")))
    given["mapping-collection"]["back-matter"]["resources"][1]["title"] = "Something else"
    found = check(given, system)
    assert [(one.name, one.title) for one in found.questions] == [(f"#{RESOURCES[1]}", "Something else")]
    bring(given, system, answers={f"#{RESOURCES[1]}": "FRM-0002"})
    assert len(rows()) == 1


def test_mapping_within_one_framework_is_refused(system: Actor) -> None:
    bring(document("rich"), system)
    given = collection(entry(1, "equal-to", end("f-1"), end("f-2")))
    given["mapping-collection"]["mappings"][0]["target-resource"]["href"] = f"#{RESOURCES[0]}"
    found = check(given, system)
    assert "from one framework to another" in found.problems[0].reason


def test_nothing_mapped_is_not_written(system: Actor, frameworks: tuple[Framework, Framework]) -> None:
    with pytest.raises(NothingToExport):
        export_crosswalk(source=frameworks[0], target=frameworks[1], by=system)
