"""The catalogues that come with Assay: as published, whole, and each end of every mapping there."""

from collections import Counter
from collections.abc import Callable

import pytest

from controls.actions import frameworks
from controls.actions.frameworks import NotAdoptable, adopt_framework
from controls.actions.starters import adopt_starters, link_starters
from controls.catalogues.shipped import KEYS, Catalogue, catalogue, crosswalk
from controls.models import Control, Framework, Mapping, Requirement
from controls.starters.shipped import starters
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import link_records, unlink_records
from grc.actions.records import archive_record
from grc.models import Link, Organisation

every = pytest.mark.parametrize("shipped", [catalogue(key) for key in KEYS], ids=KEYS)


@every
def test_codes_are_unique_and_parents_stand_before_their_parts(shipped: Catalogue) -> None:
    seen: set[str] = set()
    for item in shipped.items:
        assert item.code not in seen, item.code
        assert not item.parent or item.parent in seen, (item.code, item.parent)
        seen.add(item.code)


@every
def test_what_is_said_fits_its_fields(shipped: Catalogue) -> None:
    assert shipped.facts["kind"] in Framework.Kind.values
    for item in shipped.items:
        assert item.kind in Requirement.Kind.values
        assert set(item.roles) <= set(Requirement.Role.values)
        assert item.name
        for name in ("code", "name", "says", "documents", "note", "applies"):
            most = Requirement._meta.get_field(name).max_length  # type: ignore[union-attr]
            assert len(getattr(item, name)) <= most, (item.code, name)


@every
def test_each_says_its_edition_licence_source_and_day(shipped: Catalogue) -> None:
    for name in ("name", "short", "edition", "status", "licence", "source", "as_of"):
        assert shipped.facts[name], name


def codes(key: str, *kinds: str) -> list[str]:
    return [item.code for item in catalogue(key).items if item.kind in kinds]


def test_iso_42001_has_its_clauses_and_38_controls() -> None:
    areas = Counter(int(code.split(".")[1]) for code in codes("iso42001", "control"))
    assert areas == {2: 3, 3: 2, 4: 5, 5: 4, 6: 9, 7: 5, 8: 4, 9: 3, 10: 3}
    assert sum(areas.values()) == 38
    clauses = codes("iso42001", "clause")
    assert [code for code in clauses if "." not in code] == ["4", "5", "6", "7", "8", "9", "10"]
    parts = Counter(code.split(".")[0] for code in clauses if code.count(".") == 1)
    assert parts == {"4": 4, "5": 3, "6": 3, "7": 5, "8": 4, "9": 3, "10": 2}
    deeper = Counter(code.rpartition(".")[0] for code in clauses if code.count(".") == 2)
    assert deeper == {"6.1": 4, "7.5": 3, "9.2": 2, "9.3": 3}


def test_nist_ai_rmf_has_72_outcomes() -> None:
    functions = Counter(code.split()[0] for code in codes("nist-ai-rmf", "outcome"))
    assert functions == {"GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13}


def test_soc_2_has_61_criteria() -> None:
    found = codes("soc2", "criterion")
    letters = Counter(code.rstrip("0123456789.") for code in found)
    assert letters == {"CC": 33, "A": 3, "C": 2, "PI": 5, "P": 18}
    assert len(found) == 61


def test_soc_2_has_five_themes_of_ai() -> None:
    assert codes("soc2-ai", "theme") == [f"AI-EXT-{number}" for number in range(1, 6)]


def test_iso_27001_annex_a_has_93_controls() -> None:
    areas = Counter(code.split(".")[1] for code in codes("iso27001", "control"))
    assert areas == {"5": 37, "6": 8, "7": 14, "8": 34}


def test_gdpr_article_28_has_its_letters() -> None:
    found = codes("gdpr-28", "article")
    assert [f"Art 28(3)({letter})" for letter in "abcdefgh"] == [code for code in found if code.count("(") == 2]
    assert {"Art 28(2)", "Art 28(3)", "Art 28(4)", "Art 28(9)", "Art 28(10)"} < set(found)


@pytest.mark.parametrize("key", ["eu-ai-act", "gdpr-28"])
def test_obligations_carry_whom_they_bind_and_from_when(key: str) -> None:
    for item in catalogue(key).items:  # a date that does not parse does not load
        assert item.roles, item.code
        assert item.applies_on or item.applies == "see text", item.code
        assert item.applies_on is None or 2018 <= item.applies_on.year <= 2030, item.code


def test_dates_of_the_ai_act_are_those_after_the_omnibus() -> None:
    act = catalogue("eu-ai-act")
    assert act.item("Art 4").applies_on.isoformat() == "2025-02-02"  # type: ignore[union-attr]
    assert act.item("Art 26").applies_on.isoformat() == "2027-12-02"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "code"),
    [("iso42001", "8.5"), ("iso42001", "A.6.3.2"), ("soc2", "CC8.2"), ("soc2", "CC9.3"), ("iso27001", "A.12.1")],
)
def test_numbers_that_others_invented_do_not_resolve(key: str, code: str) -> None:
    with pytest.raises(KeyError):
        catalogue(key).item(code)


def test_both_ends_of_every_mapping_resolve_and_each_says_who_and_how_sure() -> None:
    pairs = set()
    for row in crosswalk():
        for key, code in (row.source, row.target):
            assert catalogue(key).item(code).kind not in {"group", "objective"}, (key, code)
        assert row.source[0] != row.target[0]
        assert row.confidence in Mapping.Confidence.values
        assert row.confidence != Mapping.Confidence.OWN
        assert row.how in Mapping.Relationship.values
        assert row.who
        pairs.add(frozenset((row.source, row.target)))
    assert len(pairs) == len(crosswalk()) > 300


def test_what_no_publisher_stands_behind_is_called_a_proposal() -> None:
    for row in crosswalk():
        assert row.who.startswith("Our reading") == (row.confidence == Mapping.Confidence.PROPOSAL), row


def test_every_starter_serves_what_there_is() -> None:
    assert len(starters()) == 43
    for starter in starters().values():
        assert starter.serves, starter.key
        for key, code in starter.serves:
            assert catalogue(key).item(code), (starter.key, code)
    served = {code for starter in starters().values() for key, code in starter.serves if key == "iso42001"}
    assert served == set(codes("iso42001", "control"))


# Taking them over


@pytest.mark.django_db
def test_taking_over_all_makes_exactly_these_rows(system: Actor) -> None:
    for key in KEYS:
        adopt_framework(key=key, by=system)
    for key in KEYS:
        framework = Framework.unscoped.get(catalogue=key)
        rows = Requirement.unscoped.filter(framework=framework).order_by("position").select_related("parent")
        items = catalogue(key).items
        assert [(row.code, row.parent.code if row.parent else "") for row in rows] == [
            (item.code, item.parent) for item in items
        ]
        assert [row.applies_on for row in rows] == [item.applies_on for item in items]
        assert rows[0].label == f"{framework.short} {rows[0].code}"
    made = Mapping.unscoped.select_related("source__framework", "target__framework")
    ends = {
        ((m.source.framework.catalogue, m.source.code), (m.target.framework.catalogue, m.target.code)) for m in made
    }
    assert ends == {(row.source, row.target) for row in crosswalk()}
    assert {mapping.standing for mapping in made} == {Mapping.Standing.PROPOSED}


@pytest.mark.django_db
def test_mappings_come_with_the_second_of_two_frameworks(system: Actor) -> None:
    adopt_framework(key="soc2-ai", by=system)
    assert not Mapping.unscoped.exists()
    adopt_framework(key="soc2", by=system)
    assert Mapping.unscoped.count() == sum(row.source[0] == "soc2-ai" for row in crosswalk())


@pytest.mark.django_db
def test_the_same_twice_is_refused_and_free_again_once_archived(system: Actor) -> None:
    framework = adopt_framework(key="soc2-ai", by=system)
    with pytest.raises(NotAdoptable, match="in use already"):
        adopt_framework(key="soc2-ai", by=system)
    assert Requirement.unscoped.count() == 5
    archive_record(record=framework, by=system)
    adopt_framework(key="soc2-ai", by=system)


@pytest.mark.django_db
def test_a_short_name_that_is_taken_and_a_key_that_is_none_are_refused(system: Actor) -> None:
    with pytest.raises(NotAdoptable, match="no catalogue"):
        adopt_framework(key="iso9001", by=system)
    first = adopt_framework(key="soc2-ai", by=system)
    Framework.unscoped.filter(pk=first.pk).update(sha256="0" * 64)
    with pytest.raises(NotAdoptable, match="Another framework is called"):
        adopt_framework(key="soc2-ai", by=system)


@pytest.mark.django_db
def test_a_framework_is_taken_over_whole_or_not_at_all(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, by: Actor) -> int:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(frameworks, "add_shipped_mappings", broken)
    with pytest.raises(RuntimeError):
        adopt_framework(key="iso42001", by=system)
    assert not Framework.unscoped.exists()
    assert not Requirement.unscoped.exists()


@pytest.mark.django_db
def test_who_may_not_change_frameworks_takes_none_over(actor_of: Callable[..., Actor]) -> None:
    with pytest.raises(Denied):
        adopt_framework(key="iso42001", by=actor_of("reader"))


# Controls that were begun from starters get their links, whichever came first


def served(control: Control) -> set[str]:
    return set(Link.unscoped.filter(source=control.key, archived_at=None).values_list("target__title", flat=True))


@pytest.mark.django_db
def test_a_framework_that_comes_later_is_linked_with_the_controls_from_starters(system: Actor) -> None:
    (control,) = adopt_starters(keys=["ai-path-5"], by=system)
    assert served(control) == set()
    adopt_framework(key="soc2-ai", by=system)
    assert served(control) == {"SOC 2 AI themes AI-EXT-5 AI vendor management"}
    adopt_framework(key="soc2", by=system)
    assert len(served(control)) == 5
    assert link_starters(by=system) == 0


@pytest.mark.django_db
def test_a_framework_that_came_first_is_linked_at_once(system: Actor) -> None:
    adopt_framework(key="iso42001", by=system)
    control, other = adopt_starters(keys=["a-2-2", "a-6-2-8"], by=system)
    assert served(control) == {"ISO 42001 A.2.2 AI policy"}
    assert served(other) == {"ISO 42001 A.6.2.8 AI system recording of event logs"}


@pytest.mark.django_db
def test_a_link_that_was_made_by_hand_or_taken_away_is_not_made_again(system: Actor) -> None:
    adopt_framework(key="iso42001", by=system)
    control, other = adopt_starters(keys=["a-2-2", "a-2-3"], by=system)
    for one in (control, other):
        unlink_records(link=Link.unscoped.get(source=one.key), by=system)
    requirement = Requirement.unscoped.get(code="A.2.3")
    link_records(source=requirement, reference=other.reference, by=system)
    assert link_starters(by=system) == 0
    assert served(control) == set()


@pytest.mark.django_db
def test_controls_of_another_organisation_are_not_linked(system: Actor, other_organisation: Organisation) -> None:
    stranger = Actor.system(other_organisation)
    (theirs,) = adopt_starters(keys=["a-2-2"], by=stranger)
    adopt_framework(key="iso42001", by=system)
    assert served(theirs) == set()
    adopt_framework(key="iso42001", by=stranger)
    assert len(served(theirs)) == 1
