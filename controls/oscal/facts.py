"""What a document says of itself, as the fields of a framework, and those written into its metadata."""

import datetime as dt
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from controls.models.framework import Framework
from controls.oscal.names import identity, one_line
from controls.oscal.said import Item, set_values, value_of

PROPS = {"short": "short-name", "kind": "kind", "status": "status", "licence": "licence", "source": "source",
         "as_of": "as-of"}  # fmt: skip
UNSAID = "unspecified"
"""The version of a document whose edition nobody stated: OSCAL wants one."""

_ABOUT_RIGHTS = re.compile(r"licen[cs]|copyright|public domain|©", re.IGNORECASE)
_PUBLISHES = ("creator", "publisher", "prepared-by")
_ORIGINAL = ("canonical", "reference", "latest-version")
ORDER = ("title", "published", "last-modified", "version", "oscal-version", "revisions", "document-ids", "props",
         "links", "roles", "locations", "parties", "responsible-parties", "actions", "remarks")  # fmt: skip


@dataclass
class Facts:
    """The fields of a framework; ``metadata`` as the document has it, empty for a framework from elsewhere."""

    name: str
    short: str = ""
    kind: str = ""
    publisher: str = ""
    edition: str = ""
    status: str = ""
    licence: str = ""
    source: str = ""
    as_of: str = ""
    metadata: Item = field(default_factory=dict)


def facts_of(metadata: Item) -> dict[str, str]:
    """What a framework's fields hold of a document's metadata.

    Where the document is not ours: its licence is its remarks, if those speak of one; its source its canonical link.
    """
    said = {name: value_of(metadata, prop) for name, prop in PROPS.items()}
    remarks = str(metadata.get("remarks", ""))
    version = metadata["version"]
    if said["kind"] not in Framework.Kind.values:
        said["kind"] = ""
    return said | {
        "name": metadata["title"],
        "publisher": _publisher(metadata),
        "edition": "" if version == UNSAID else version,
        "licence": said["licence"] or (remarks if _ABOUT_RIGHTS.search(remarks) else ""),
        "source": said["source"] or _original(metadata),
        "as_of": said["as_of"] if _is_day(said["as_of"]) else "",
    }


def _publisher(metadata: Item) -> str:
    party = _publishing_party(metadata)
    return str(party.get("name", "")) if party else ""


def _publishing_party(metadata: Item) -> Item | None:
    for role in _PUBLISHES:
        for responsible in metadata.get("responsible-parties", ()):
            if responsible["role-id"] != role:
                continue
            wanted = responsible["party-uuids"][0].lower()
            return next((party for party in metadata.get("parties", ()) if party["uuid"].lower() == wanted), None)
    return None


def _original(metadata: Item) -> str:
    links = {link.get("rel", ""): link["href"] for link in reversed(metadata.get("links", []))}
    return str(next((links[rel] for rel in _ORIGINAL if rel in links), ""))


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def metadata_of(facts: Facts, *, modified: str, version: str, who: str) -> Item:
    """The metadata of a document: as it was kept, but for what was changed here since.

    ``modified``: the instant of the last change; ``version``: of OSCAL; ``who``: whose document it is, for UUIDs.
    """
    kept = deepcopy(facts.metadata)
    metadata: dict[str, Any] = kept or {"title": facts.name, "version": facts.edition or UNSAID}
    said = facts_of(metadata)
    if facts.name != said["name"]:
        metadata["title"] = one_line(facts.name)
    if facts.edition != said["edition"]:
        metadata["version"] = one_line(facts.edition) or UNSAID
    for name, prop in PROPS.items():
        value = getattr(facts, name)
        if value != said[name]:
            set_values(metadata, prop, [value])
    if facts.publisher != said["publisher"]:
        _set_publisher(metadata, facts.publisher, who)
    metadata["last-modified"] = modified
    metadata["oscal-version"] = kept.get("oscal-version") or version
    return {key: metadata[key] for key in ORDER if key in metadata}


def _set_publisher(metadata: Item, name: str, who: str) -> None:
    party = _publishing_party(metadata)
    if party is not None and name.strip():
        party["name"] = one_line(name)
        return
    if party is not None or not name.strip():
        return
    made = {"uuid": identity(who, "publisher"), "type": "organization", "name": one_line(name)}
    metadata["roles"] = [*metadata.get("roles", [])]
    if not any(role["id"] == "creator" for role in metadata["roles"]):
        metadata["roles"].append({"id": "creator", "title": "Creator"})
    metadata["parties"] = [*metadata.get("parties", []), made]
    others = [each for each in metadata.get("responsible-parties", ()) if each["role-id"] != "creator"]
    metadata["responsible-parties"] = [*others, {"role-id": "creator", "party-uuids": [made["uuid"]]}]
