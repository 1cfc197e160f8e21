"""Other people's catalogs: taken in, and given back as they were."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from controls.models import Framework, Requirement
from controls.transfer.exports import export_framework
from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.models import Organisation
from tests.controls.bringing import bring, check
from tests.controls.schemas import errors

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text())
    return found


def as_given(said: dict[str, Any]) -> dict[str, Any]:
    """Without what changes whenever a document is written."""
    body = deepcopy(said["catalog"])
    del body["uuid"], body["metadata"]["last-modified"]
    return {"catalog": body}


def row(framework: Framework, code: str) -> Requirement:
    found: Requirement = Requirement.unscoped.get(framework=framework, code=code)
    return found


@pytest.mark.parametrize("name", ["rich", "mvsp"])
def test_catalog_comes_back_as_it_was(name: str, system: Actor) -> None:
    given = document(name)
    back = export_framework(framework=bring(given, system).framework, by=system)
    assert errors(back) == []
    assert as_given(back) == as_given(given)


@pytest.mark.parametrize("name", ["rich", "mvsp"])
def test_catalog_comes_back_from_a_third_organisation(
    name: str, system: Actor, other_organisation: Organisation
) -> None:
    given = document(name)
    back = export_framework(framework=bring(given, system).framework, by=system)
    third = Actor.system(other_organisation)
    assert as_given(export_framework(framework=bring(back, third).framework, by=third)) == as_given(given)


def test_fields_hold_what_they_can(system: Actor) -> None:
    framework = bring(document("rich"), system).framework
    assert framework.name == "Made-up controls for machines that decide"
    assert framework.short == "Made-up controls for machines that"
    assert (framework.edition, framework.publisher, framework.origin) == ("2.1", "The Example Institute", "oscal")
    assert framework.source == "https://example.org/catalog"
    assert framework.licence.startswith("Licence: do with it")
    first = row(framework, "F-1")
    assert (first.kind, first.parent.code, first.parent.kind) == ("control", "group-2", "group")  # type: ignore[union-attr]
    assert first.text == (
        "The organisation:\na. Decides {{ insert: param, f-1_prm_1 }};\n1. and writes it down;\nb. Looks again."
    )
    assert row(framework, "F-1(1)").parent == first
    assert row(framework, "f-1.1.1").parent == row(framework, "F-1(1)")
    assert (row(framework, "f-2").says, row(framework, "f-2").text) == ("In short.", "At length.")
    assert row(framework, "f-2").kind == "requirement"
    assert row(framework, "F").says == "What the family is about."
    assert row(framework, "Ö 2").name == "Für alle"
    codes = list(Requirement.unscoped.filter(framework=framework).order_by("position").values_list("code", flat=True))
    assert codes == ["F", "group-2", "F-1", "F-1(1)", "f-1.1.1", "f-2", "empty-group", "other", "o-1", "Ö 2", "loose"]


def test_mvsp_is_read_by_its_labels(system: Actor) -> None:
    framework = bring(document("mvsp"), system).framework
    assert framework.short == "MVSP"
    assert "CC0" in framework.licence
    first = row(framework, "1.1")
    assert first.name == "External vulnerability reports"
    assert first.text.startswith("- Publish a vulnerability disclosure policy")


def test_second_time_nothing_is_left_to_do(system: Actor) -> None:
    bring(document("rich"), system)
    again = check(document("rich"), system)
    assert (again.is_good, again.writes, len(again.of_kind("same"))) == (True, 0, 11)
    assert any("FRM-0001" in note for note in again.notes)


def test_what_was_changed_here_is_written(system: Actor) -> None:
    framework = bring(document("rich"), system).framework
    for code, fields in {
        "F-1": {"name": "Another title", "note": "Mind.\nThis.", "roles": ["provider"], "applies_on": "2026-08-02"},
        "f-2": {"says": "", "kind": "criterion"},
        "F": {"code": "G"},
    }.items():
        record = row(framework, code)
        for name, value in fields.items():
            setattr(record, name, value)
        change_record(record=record, by=system, lock=record.lock)
    back = export_framework(framework=framework, by=system)
    assert errors(back) == []
    family = back["catalog"]["groups"][0]
    assert [prop["value"] for prop in family["props"] if prop["name"] == "label"] == ["G"]
    first, second = family["groups"][0]["controls"]
    assert first["title"] == "Another title"
    assert first["parts"][-1] == {
        "id": "f-1_note", "name": "note", "ns": "urn:assay:oscal:1", "prose": "Mind.\nThis."
    }  # fmt: skip
    assert {prop["name"]: prop["value"] for prop in first["props"] if prop.get("ns") == "urn:assay:oscal:1"} == {
        "role": "provider", "applies-on": "2026-08-02",
    }  # fmt: skip
    assert second["class"] == "criterion"
    assert [part["name"] for part in second["parts"]] == ["statement"]


def test_document_of_a_new_edition_changes_what_it_says(system: Actor) -> None:
    framework = bring(document("mvsp"), system).framework
    newer = document("mvsp")
    newer["catalog"]["uuid"] = "11111111-2222-4333-8444-555555555555"
    newer["catalog"]["groups"][0]["controls"][0]["title"] = "Reports from outside"
    newer["catalog"]["groups"][0]["controls"].append({"id": "ctl_new", "title": "New"})
    refused = check(newer, system)
    assert not refused.is_good
    assert "short name" in refused.problems[0].column.lower()
    found = bring(newer, system, into=framework.reference)
    assert (len(found.of_kind("create")), len(found.of_kind("change"))) == (1, 1)
    assert found.of_kind("change")[0].differences[0].after == "Reports from outside"
    assert as_given(export_framework(framework=found.framework, by=system)) == as_given(newer)


def test_text_longer_than_its_field_is_kept(system: Actor) -> None:
    given = document("rich")
    given["catalog"]["controls"][0]["parts"] = [{"name": "overview", "prose": "long " * 1000}]
    found = bring(given, system)
    assert row(found.framework, "loose").says == ""
    assert any("longer" in note for note in found.notes)
    assert as_given(export_framework(framework=found.framework, by=system)) == as_given(given)
