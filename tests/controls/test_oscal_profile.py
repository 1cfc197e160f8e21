"""Profiles: what they pick, how they change it, and that they come back."""

from copy import deepcopy
from typing import Any

import pytest

from controls.actions.frameworks import adopt_framework
from controls.models import Framework, Requirement
from controls.oscal.refusal import OSCALRefused
from controls.transfer.exports import NothingToExport, export_framework
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from grc.models import Organisation
from tests.controls.bringing import bring, check
from tests.controls.schemas import errors
from tests.controls.test_oscal_foreign import as_given, document

pytestmark = pytest.mark.django_db


def profile(source: dict[str, Any], *imports: dict[str, Any], **more: Any) -> dict[str, Any]:
    catalog = source["catalog"]
    resource = "aaaaaaaa-0000-4000-8000-000000000001"
    return {
        "profile": {
            "uuid": "aaaaaaaa-0000-4000-8000-000000000000",
            "metadata": {
                "title": "Low baseline", "version": "1", "oscal-version": "1.1.2",
                "last-modified": "2026-01-01T00:00:00Z",
            },
            "imports": [{"href": f"#{resource}", **each} for each in imports],
            **more,
            "back-matter": {
                "resources": [
                    {
                        "uuid": resource,
                        "document-ids": [{"identifier": catalog["uuid"]}],
                        "rlinks": [{"href": "./catalog.json"}],
                    }
                ]
            },
        }
    }  # fmt: skip


def codes(framework: Framework) -> list[str]:
    rows = Requirement.unscoped.filter(framework=framework, archived_at=None).order_by("position", "pk")
    return list(rows.values_list("code", flat=True))


def picked(system: Actor, *imports: dict[str, Any], **more: Any) -> list[str]:
    source = document("rich")
    bring(source, system)
    given = profile(source, *imports, **more)
    assert errors(given) == []
    found = bring(given, system)
    assert (found.framework.kind, found.framework.base.short) == ("profile", "Made-up controls for machines that")
    back = export_framework(framework=found.framework, by=system)
    assert errors(back) == []
    assert without_own(back) == without_own(given)
    return codes(found.framework)


def without_own(said: dict[str, Any]) -> dict[str, Any]:
    body = deepcopy(said["profile"])
    del body["uuid"], body["metadata"]["last-modified"]
    return body


ALL = ["F-1", "F-1(1)", "f-1.1.1", "f-2", "o-1", "Ö 2", "loose"]


def test_all_is_included(system: Actor) -> None:
    assert picked(system, {"include-all": {}}) == ALL


def test_excluded_is_left_out(system: Actor) -> None:
    without = [{"with-ids": ["f-1"], "with-child-controls": "yes"}, {"matching": [{"pattern": "o-*"}]}]
    assert picked(system, {"include-all": {}, "exclude-controls": without}) == ["f-2", "Ö 2", "loose"]


def test_only_named_is_included(system: Actor) -> None:
    assert picked(system, {"include-controls": [{"with-ids": ["f-1", "loose"]}]}) == ["F-1", "loose"]


def test_children_come_along_when_asked_for(system: Actor) -> None:
    chosen = [{"with-ids": ["f-1"], "with-child-controls": "yes"}, {"with-ids": ["ö-2"]}]
    assert picked(system, {"include-controls": chosen}) == ["F-1", "F-1(1)", "f-1.1.1", "Ö 2"]


def test_groups_come_along_where_the_structure_is_kept(system: Actor) -> None:
    chosen = picked(system, {"include-controls": [{"matching": [{"pattern": "f-1*"}]}]}, merge={"as-is": True})
    assert chosen == ["F", "group-2", "F-1", "F-1(1)", "f-1.1.1"]


def test_several_imports_add_up(system: Actor) -> None:
    one, other = {"include-controls": [{"with-ids": ["f-2"]}]}, {"include-controls": [{"with-ids": ["o-1"]}]}
    assert picked(system, one, other) == ["f-2", "o-1"]


def test_alterations_are_applied_and_kept(system: Actor) -> None:
    alters = [
        {
            "control-id": "f-1",
            "removes": [{"by-name": "guidance"}, {"by-item-name": "prop", "by-ns": "http://csrc.nist.gov/ns/rmf"}],
            "adds": [
                {"title": "First, tailored", "position": "starting", "props": [{"name": "priority", "value": "P1"}]},
                {
                    "position": "after",
                    "by-id": "f-1_smt.a",
                    "parts": [{"id": "f-1_smt.aa", "name": "item", "prose": "Asks."}],
                },
            ],
        }
    ]
    source = document("rich")
    bring(source, system)
    given = profile(
        source, {"include-controls": [{"with-ids": ["f-1"]}]},
        modify={"alters": alters, "set-parameters": [{"param-id": "f-1_prm_1", "values": ["7"]}]},
    )  # fmt: skip
    assert errors(given) == []
    framework = bring(given, system).framework
    row = Requirement.unscoped.get(framework=framework)
    assert row.name == "First, tailored"
    assert "\nAsks.\nb. Looks again." in row.text
    item = row.oscal["item"]
    assert item["props"][0] == {"name": "priority", "value": "P1"}
    assert [part["name"] for part in item["parts"]] == ["statement", "assessment-objective"]
    assert without_own(export_framework(framework=framework, by=system)) == without_own(given)


def test_what_was_changed_in_a_profile_is_an_alteration(system: Actor, other_organisation: Organisation) -> None:
    catalog = document("rich")
    base = bring(catalog, system).framework
    framework = bring(profile(catalog, {"include-all": {}}), system).framework
    row = Requirement.unscoped.get(framework=framework, code="f-2")
    row.says, row.note = "In short, and for us.", "Ours."
    change_record(record=row, by=system, lock=row.lock)
    archive_record(record=Requirement.unscoped.get(framework=framework, code="o-1"), by=system)
    back = export_framework(framework=framework, by=system)
    assert errors(back) == []
    assert [alter["control-id"] for alter in back["profile"]["modify"]["alters"]] == ["f-2"]
    there = Actor.system(other_organisation)
    bring(export_framework(framework=base, by=system), there)
    copied = bring(back, there).framework
    fields = ("code", "name", "kind", "says", "text", "note", "parent__code")
    rows = [
        list(Requirement.unscoped.filter(framework=one, archived_at=None).order_by("position").values_list(*fields))
        for one in (framework, copied)
    ]
    assert rows[0] == rows[1]


def test_profile_of_a_shipped_catalogue(system: Actor, other_organisation: Organisation) -> None:
    base = adopt_framework(key="iso42001", by=system)
    given = profile(
        export_framework(framework=base, by=system),
        {"include-controls": [{"with-ids": ["A.6.2.4", "_4.1"]}]}, merge={"as-is": True},
    )  # fmt: skip
    framework = bring(given, system).framework
    assert codes(framework) == ["4.1", "A.6", "A.6.2", "A.6.2.4"]
    there = Actor.system(other_organisation)
    reference = adopt_framework(key="iso42001", by=there).reference
    document = export_framework(framework=framework, by=system)
    href = check(document, there).questions[0].name  # the one who wrote it named its catalog by nothing but a UUID
    assert codes(bring(document, there, answers={href: reference}).framework) == codes(framework)


def test_unknown_catalog_is_asked_for(system: Actor) -> None:
    source = document("rich")
    found = check(profile(source, {"include-all": {}}), system)
    assert not found.is_good
    assert [question.title for question in found.questions] == ["catalog.json"]
    catalog = deepcopy(source)
    catalog["catalog"]["uuid"] = "bbbbbbbb-0000-4000-8000-000000000000"
    reference = bring(catalog, system).framework.reference
    href = found.questions[0].name
    assert codes(bring(profile(source, {"include-all": {}}), system, answers={href: reference}).framework) == ALL


@pytest.mark.parametrize(
    ("imports", "more", "path", "reason"),
    [
        ([{"include-controls": [{"with-ids": ["f-1", "nowhere"]}]}], {},
         "profile.imports[0].include-controls[0].with-ids[1]", "no control"),
        ([{"include-controls": [{"matching": [{"pattern": "*" * 200}]}]}], {},
         "profile.imports[0].include-controls[0].matching[0].pattern", "at most 100"),
        ([{"include-controls": [{"matching": [{"pattern": "zz*"}]}]}], {}, "profile.imports", "picks no control"),
        ([{}], {}, "profile.imports[0]", "include-all"),
        ([{"include-all": {}, "include-controls": [{"with-ids": ["f-1"]}]}], {}, "profile.imports[0]", "Only one"),
        ([{"include-all": {}}], {"modify": {"alters": [{"control-id": "nowhere"}]}},
         "profile.modify.alters[0].control-id", "does not pick"),
        ([{"include-all": {}}], {"modify": {"alters": [{"control-id": "f-1"}, {"control-id": "f-1"}]}},
         "profile.modify.alters[1].control-id", "already"),
        ([{"include-all": {}}],
         {"modify": {"alters": [{"control-id": "f-1", "adds": [{"by-id": "no", "links": [{"href": "#b"}]}]}]}},
         "profile.modify.alters[0].adds[0].by-id", "no part"),
        ([{"include-all": {}}], {"modify": {"alters": [{"control-id": "f-1", "removes": [{"remarks": "x"}]}]}},
         "profile.modify.alters[0].removes[0]", "what is removed"),
    ],
)  # fmt: skip
def test_bad_profile_names_its_place(
    imports: list[dict[str, Any]], more: dict[str, Any], path: str, reason: str, system: Actor
) -> None:
    source = document("rich")
    bring(source, system)
    try:
        problems = [
            (problem.column, problem.reason) for problem in check(profile(source, *imports, **more), system).problems
        ]
    except OSCALRefused as error:
        problems = [(error.path, error.reason)]
    assert len(problems) == 1
    assert problems[0][0] == path
    assert reason in problems[0][1]
    assert not Framework.unscoped.filter(kind="profile").exists()


def test_profile_of_itself_is_refused(system: Actor) -> None:
    given = profile(document("rich"), {"include-all": {}})
    given["profile"]["imports"][0]["href"] = f"#{given['profile']['uuid']}"
    assert "from itself" in check(given, system).problems[0].reason


def test_profile_of_two_catalogs_is_refused(system: Actor) -> None:
    given = profile(document("rich"), {"include-all": {}}, {"include-all": {}})
    given["profile"]["imports"][1]["href"] = "https://example.org/other.json"
    problem = check(given, system).problems[0]
    assert problem.column == "profile.imports[1].href"


def test_profile_without_anything_of_its_base_is_not_written(system: Actor) -> None:
    source = document("rich")
    bring(source, system)
    framework = bring(profile(source, {"include-controls": [{"with-ids": ["loose"]}]}), system).framework
    archive_record(record=Requirement.unscoped.get(framework=framework), by=system)
    with pytest.raises(NothingToExport):
        export_framework(framework=framework, by=system)


def test_catalog_of_a_profile_comes_back_as_it_was(system: Actor) -> None:
    source = document("rich")
    base = bring(source, system).framework
    bring(profile(source, {"include-all": {}}), system)
    assert as_given(export_framework(framework=base, by=system)) == as_given(source)
