"""A mapping collection, read into pairs."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from controls.models.framework import Mapping as Row
from controls.oscal.document import Document
from controls.oscal.names import NS, OSCAL_NS
from controls.oscal.refusal import OSCALRefused
from controls.oscal.resources import Resource, resource_for
from controls.oscal.said import Item, value_of

MOST_PAIRS = 20_000
LONGEST_ORIGIN = 500
RELATED = Row.Relationship.RELATED


@dataclass(frozen=True)
class End:
    """A control, or a statement of one, by its id in its document."""

    kind: str
    ident: str
    path: str


@dataclass
class Pair:
    """That ``source`` and ``target`` correspond. ``kept``: what the document says of the map beyond the fields.

    Of a map between several sources and targets each pair is “related”: what holds of the sets need not hold of it.
    """

    source: End
    target: End
    relationship: str
    standing: str
    confidence: str
    origin: str
    remarks: str
    kept: Item
    path: str


@dataclass
class Mapped:
    """The pairs between two resources."""

    source: Resource
    target: Resource
    pairs: list[Pair] = field(default_factory=list)


def read_mappings(document: Document) -> list[Mapped]:
    """Raises ``OSCALRefused``."""
    body = document.body
    origin = _origin(document)
    confidence = Row.Confidence.PUBLISHED if _has_author(document) else Row.Confidence.COMMUNITY
    found, count = [], 0
    for number, mapping in enumerate(body["mappings"]):
        path = f"mapping-collection.mappings[{number}]"
        mapped = Mapped(
            resource_for(document, mapping["source-resource"]["href"], f"{path}.source-resource.href"),
            resource_for(document, mapping["target-resource"]["href"], f"{path}.target-resource.href"),
        )
        for at, entry in enumerate(mapping["maps"]):
            mapped.pairs += _pairs(entry, f"{path}.maps[{at}]", origin, confidence)
            if count + len(mapped.pairs) > MOST_PAIRS:
                text = _("There are more than %(n)s pairs. Split the collection.")
                raise OSCALRefused(f"{path}.maps[{at}]", text % {"n": f"{MOST_PAIRS:,}"})
        count += len(mapped.pairs)
        found.append(mapped)
    return found


def _pairs(entry: Item, path: str, origin: str, confidence: str) -> list[Pair]:
    sources = [End(one["type"], one["id-ref"], f"{path}.sources[{n}].id-ref") for n, one in enumerate(entry["sources"])]
    targets = [End(one["type"], one["id-ref"], f"{path}.targets[{n}].id-ref") for n, one in enumerate(entry["targets"])]
    said = said_of(entry, origin, confidence, path)
    if len(sources) * len(targets) > 1 and said["relationship"] != Row.Relationship.NONE:
        said["relationship"] = RELATED
    return [Pair(source=one, target=other, kept=entry, path=path, **said) for one in sources for other in targets]


def said_of(entry: Item, origin: str, confidence: str, path: str) -> dict[str, str]:
    """What a mapping's fields hold of a map."""
    standing, certain = value_of(entry, "standing"), value_of(entry, "confidence")
    return {
        "relationship": _relationship(entry, path),
        "standing": standing if standing in Row.Standing.values else Row.Standing.PROPOSED,
        "confidence": certain if certain in Row.Confidence.values else confidence,
        "origin": value_of(entry, "origin") or origin,
        "remarks": str(entry.get("remarks", "")),
    }


def _relationship(entry: Item, path: str) -> str:
    said, ns = str(entry["relationship"]), entry.get("ns", OSCAL_NS)
    if ns not in (OSCAL_NS, NS):
        return RELATED  # somebody else's word: that the two have to do with each other is all we know
    known = [value for value in Row.Relationship.values if value != RELATED or ns == NS]
    if said not in known:
        text = _("“%(said)s” is no relationship of OSCAL: %(known)s.")
        raise OSCALRefused(f"{path}.relationship", text % {"said": said[:40], "known": ", ".join(known)})
    return said


def _has_author(document: Document) -> bool:
    said: dict[str, Any] = document.body["provenance"]
    return bool(said.get("responsible-parties") or document.metadata.get("responsible-parties"))


def _origin(document: Document) -> str:
    metadata = document.metadata
    return f"{metadata['title']}, {metadata['version']}, {metadata['last-modified'][:10]}"[:LONGEST_ORIGIN]
