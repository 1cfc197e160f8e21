"""A mapping collection, written from pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from controls.models.framework import Mapping as Row
from controls.oscal.catalog_writing import Writing
from controls.oscal.facts import Facts, metadata_of
from controls.oscal.mapping import RELATED, said_of
from controls.oscal.names import NS, VERSION, identity, one_line
from controls.oscal.said import Item, prop

SCORES = {
    Row.Confidence.PUBLISHED: "high",
    Row.Confidence.PARTIAL: "medium",
    Row.Confidence.COMMUNITY: "low",
    Row.Confidence.PROPOSAL: "low",
    Row.Confidence.OWN: "unspecified",
}
"""Our words for how sure a mapping is, as OSCAL's; our own stand beside, in a property."""


@dataclass
class WrittenPair:
    """Ids of both ends in their documents, and what the mapping's fields say. ``kept``: as it was read."""

    reference: str
    source: str
    target: str
    said: dict[str, str]
    kept: Item = field(default_factory=dict)


def written_collection(
    facts: Facts, pairs: Sequence[WrittenPair], writing: Writing, source: Item, target: Item, kinds: tuple[str, str]
) -> Item:
    """``{"mapping-collection": …}``. ``source``, ``target``: resources of the back matter; ``kinds``: catalog or
    profile, for each. There must be at least one pair."""
    body: dict[str, Any] = {
        "uuid": identity(writing.who, "mapping-collection"),
        "metadata": metadata_of(facts, modified=writing.modified, version=VERSION, who=writing.who),
        "provenance": {
            "method": "human",
            "matching-rationale": "semantic",
            "status": "complete" if all(pair.said["standing"] == "confirmed" for pair in pairs) else "draft",
            "mapping-description": "Which requirements correspond, who says so, how sure that is, and whether the "
            "organisation confirmed it. A relationship in our namespace means that the two have to do with each "
            "other, and claims no more.",
        },
        "mappings": [
            {
                "uuid": identity(writing.who, "mapping"),
                "source-resource": {"type": kinds[0], "href": f"#{source['uuid']}"},
                "target-resource": {"type": kinds[1], "href": f"#{target['uuid']}"},
                "maps": _maps(pairs, writing),
            }
        ],
        "back-matter": {"resources": [source, target]},
    }
    return {"mapping-collection": body}


def _maps(pairs: Sequence[WrittenPair], writing: Writing) -> list[Item]:
    by_map: dict[str, list[WrittenPair]] = {}
    for pair in pairs:
        by_map.setdefault(pair.kept.get("uuid") or pair.reference, []).append(pair)
    found = []
    for group in by_map.values():
        if _is_as_read(group):
            found.append(group[0].kept)
        else:
            found += [_map(pair, writing) for pair in group]
    return found


def _is_as_read(pairs: Sequence[WrittenPair]) -> bool:
    """Whether these are all pairs of one map that was read, unchanged since."""
    kept = pairs[0].kept
    if not kept or any(pair.kept != kept for pair in pairs):
        return False
    wanted = {(one["id-ref"], other["id-ref"]) for one in kept["sources"] for other in kept["targets"]}
    if any(end["type"] != "control" for end in [*kept["sources"], *kept["targets"]]):
        wanted = {(pair.source, pair.target) for pair in pairs}  # statements: of which controls, the rows know
        if len(wanted) != len(kept["sources"]) * len(kept["targets"]):
            return False
    if {(pair.source, pair.target) for pair in pairs} != wanted:
        return False
    return all(_says_what_was_read(pair, several=len(wanted) > 1) for pair in pairs)


def _says_what_was_read(pair: WrittenPair, *, several: bool) -> bool:
    read = said_of(pair.kept, pair.said["origin"], pair.said["confidence"], "")
    if several and read["relationship"] != Row.Relationship.NONE:
        read["relationship"] = RELATED
    return read == pair.said


def _map(pair: WrittenPair, writing: Writing) -> Item:
    said = pair.said
    made: Item = {"uuid": identity(writing.who, "map", pair.reference)}
    if said["relationship"] == RELATED:
        made["ns"] = NS  # OSCAL's six relationships each claim more
    made |= {
        "relationship": said["relationship"],
        "sources": [{"type": "control", "id-ref": pair.source}],
        "targets": [{"type": "control", "id-ref": pair.target}],
        "confidence-score": {"category": SCORES[Row.Confidence(said["confidence"])]},
        "props": [prop(name, said[name]) for name in ("standing", "confidence")],
    }
    if one_line(said["origin"]):
        made["props"].append(prop("origin", said["origin"]))
    return made | ({"remarks": said["remarks"]} if said["remarks"] else {})
