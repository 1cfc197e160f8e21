"""What an OSCAL document must look like, as far as it is read here: every field, its kind, what it needs.

A name that ends in ``!`` must be there. Anything that no shape names is refused, so that what is kept of a document
and given back is OSCAL again. Taken from NIST's JSON schemas of 1.0.0 to 1.2.1.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Many:
    """A list of at least one."""

    of: str


@dataclass(frozen=True)
class OneOf:
    """A string that is one of these."""

    values: tuple[str, ...]


Shape = dict[str, str | Many | OneOf]

_SAID: Shape = {"props": Many("property"), "links": Many("link")}
_RESOURCE_REF: Shape = {
    "ns": "uri", "type!": "token", "href!": "reference", **_SAID, "remarks": "text",
}  # fmt: skip
_METHOD = OneOf(("human", "automation", "hybrid"))
_RATIONALE = OneOf(("syntactic", "semantic", "functional"))
_STATUS = OneOf(("complete", "not-complete", "draft", "deprecated", "superseded"))
_SELECTION: Shape = {
    "include-all": "empty",
    "include-controls": Many("selection"),
    "exclude-controls": Many("selection"),
}

SHAPES: dict[str, Shape] = {
    "catalog": {
        "uuid!": "uuid", "metadata!": "metadata", "params": Many("parameter"), "controls": Many("control"),
        "groups": Many("group"), "back-matter": "back-matter",
    },
    "group": {
        "id": "token", "class": "token", "title!": "line", "params": Many("parameter"), **_SAID,
        "parts": Many("part"), "groups": Many("group"), "controls": Many("control"),
    },
    "control": {
        "id!": "token", "class": "token", "title!": "line", "params": Many("parameter"), **_SAID,
        "parts": Many("part"), "controls": Many("control"),
    },
    "part": {
        "id": "token", "name!": "token", "ns": "uri", "class": "token", "title": "line", **_SAID, "prose": "text",
        "parts": Many("part"),
    },
    "parameter": {
        "id!": "token", "class": "token", "depends-on": "token", **_SAID, "label": "line", "usage": "text",
        "constraints": Many("constraint"), "guidelines": Many("guideline"), "values": Many("string"),
        "select": "selector", "remarks": "text",
    },
    "constraint": {"description": "text", "tests": Many("test")},
    "test": {"expression!": "string", "remarks": "text"},
    "guideline": {"prose!": "text"},
    "selector": {"how-many": OneOf(("one", "one-or-more")), "choice": Many("line")},
    "property": {
        "name!": "token", "uuid": "uuid", "ns": "uri", "value!": "string", "class": "token", "group": "token",
        "remarks": "text",
    },
    "link": {
        "href!": "reference", "rel": "token", "media-type": "string", "resource-fragment": "string", "text": "line",
    },
    "metadata": {
        "title!": "line", "published": "instant", "last-modified!": "instant", "version!": "string",
        "oscal-version!": "string", "revisions": Many("revision"), "document-ids": Many("document-id"), **_SAID,
        "roles": Many("role"), "locations": Many("location"), "parties": Many("party"),
        "responsible-parties": Many("responsible-party"), "actions": Many("action"), "remarks": "text",
    },
    "revision": {
        "title": "line", "published": "instant", "last-modified": "instant", "version!": "string",
        "oscal-version": "string", **_SAID, "remarks": "text",
    },
    "document-id": {"scheme": "uri", "identifier!": "string"},
    "role": {"id!": "token", "title!": "line", "short-name": "string", "description": "text", **_SAID,
             "remarks": "text"},
    "location": {
        "uuid!": "uuid", "title": "line", "address": "address", "email-addresses": Many("string"),
        "telephone-numbers": Many("telephone"), "urls": Many("uri"), **_SAID, "remarks": "text",
    },
    "address": {
        "type": "token", "addr-lines": Many("string"), "city": "string", "state": "string", "postal-code": "string",
        "country": "string",
    },
    "telephone": {"type": "string", "number!": "string"},
    "party": {
        "uuid!": "uuid", "type!": OneOf(("person", "organization")), "name": "string", "short-name": "string",
        "external-ids": Many("external-id"), **_SAID, "email-addresses": Many("string"),
        "telephone-numbers": Many("telephone"), "addresses": Many("address"), "location-uuids": Many("uuid"),
        "member-of-organizations": Many("uuid"), "remarks": "text",
    },
    "external-id": {"scheme!": "uri", "id!": "string"},
    "responsible-party": {"role-id!": "token", "party-uuids!": Many("uuid"), **_SAID, "remarks": "text"},
    "action": {
        "uuid!": "uuid", "date": "instant", "type!": "token", "system!": "uri", **_SAID,
        "responsible-parties": Many("responsible-party"), "remarks": "text",
    },
    "back-matter": {"resources": Many("resource")},
    "resource": {
        "uuid!": "uuid", "title": "line", "description": "text", "props": Many("property"),
        "document-ids": Many("document-id"), "citation": "citation", "rlinks": Many("rlink"), "base64": "base64",
        "remarks": "text",
    },
    "citation": {"text!": "line", **_SAID},
    "rlink": {"href!": "reference", "media-type": "string", "hashes": Many("hash")},
    "hash": {"algorithm!": "string", "value!": "string"},
    "base64": {"filename": "token", "media-type": "string", "value!": "string"},
    "profile": {
        "uuid!": "uuid", "metadata!": "metadata", "imports!": Many("import"), "merge": "merge", "modify": "modify",
        "back-matter": "back-matter",
    },
    "import": {"href!": "reference", **_SELECTION},
    "selection": {
        "with-child-controls": OneOf(("yes", "no")), "with-ids": Many("token"), "matching": Many("pattern"),
    },
    "pattern": {"pattern": "string", "remarks": "text"},
    "merge": {"combine": "combine", "flat": "empty", "as-is": "boolean", "custom": "custom"},
    "combine": {"method": "token"},
    "custom": {"groups": Many("custom-group"), "insert-controls": Many("insertion")},
    "custom-group": {
        "id": "token", "class": "token", "title!": "line", "params": Many("parameter"), **_SAID,
        "parts": Many("part"), "groups": Many("custom-group"), "insert-controls": Many("insertion"),
    },
    "insertion": {"order": OneOf(("keep", "ascending", "descending")), **_SELECTION},
    "modify": {"set-parameters": Many("set-parameter"), "alters": Many("alter")},
    "set-parameter": {
        "param-id!": "token", "class": "token", "depends-on": "token", **_SAID, "label": "line", "usage": "text",
        "constraints": Many("constraint"), "guidelines": Many("guideline"), "values": Many("string"),
        "select": "selector",
    },
    "alter": {"control-id!": "token", "removes": Many("removal"), "adds": Many("addition")},
    "removal": {
        "by-name": "token", "by-class": "token", "by-id": "token", "by-ns": "uri", "remarks": "text",
        "by-item-name": OneOf(("param", "prop", "link", "part", "mapping", "map")),
    },
    "addition": {
        "position": OneOf(("before", "after", "starting", "ending")), "by-id": "token", "title": "line",
        "params": Many("parameter"), **_SAID, "parts": Many("part"),
    },
    "mapping-collection": {
        "uuid!": "uuid", "metadata!": "metadata", "provenance!": "provenance", "mappings!": Many("mapping"),
        "back-matter": "back-matter",
    },
    "provenance": {
        "method!": _METHOD, "matching-rationale!": _RATIONALE, "status!": _STATUS, "mapping-description!": "text",
        "confidence-score": "confidence", "coverage": "coverage",
        "responsible-parties": Many("responsible-party"), **_SAID, "remarks": "text",
    },
    "mapping": {
        "uuid!": "uuid", "method": _METHOD, "matching-rationale": _RATIONALE, "status": _STATUS,
        "source-resource!": "mapped-resource", "target-resource!": "mapped-resource", "maps!": Many("map"), **_SAID,
        "remarks": "text", "mapping-description": "text", "source-gap-summary": "gaps", "target-gap-summary": "gaps",
        "confidence-score": "confidence", "coverage": "coverage",
    },
    "mapped-resource": _RESOURCE_REF,
    "map": {
        "uuid!": "uuid", "ns": "uri", "matching-rationale": _RATIONALE, "relationship!": "token",
        "sources!": Many("map-end"), "targets!": Many("map-end"), "qualifiers": Many("qualifier"),
        "confidence-score": "confidence", "coverage": "coverage", **_SAID, "remarks": "text",
    },
    "map-end": {"type!": OneOf(("control", "statement")), "id-ref!": "string", **_SAID, "remarks": "text"},
    "qualifier": {
        "subject!": OneOf(("source", "target", "both")),
        "predicate!": OneOf(("has-requirement", "has-incompatibility")),
        "category!": OneOf(("restricted", "addressable", "blocked")), "description!": "text", "remarks": "text",
    },
    "confidence": {"category": "string", "percentage": "number"},
    "coverage": {"generation-method": "string", "target-coverage!": "number"},
    "gaps": {"uuid!": "uuid", "unmapped-controls!": Many("selection")},
    "empty": {},
}  # fmt: skip

EITHER: dict[str, tuple[str, ...]] = {
    "group": ("groups", "controls"),
    "custom-group": ("groups", "insert-controls"),
    "parameter": ("values", "select"),
    "set-parameter": ("values", "select"),
    "confidence": ("category", "percentage"),
    "import": ("include-all", "include-controls"),
    "insertion": ("include-all", "include-controls"),
    "merge": ("flat", "as-is", "custom"),
}
"""Fields of which a thing has at most one."""

NEEDED: dict[str, tuple[str, ...]] = {
    "import": ("include-all", "include-controls"),
    "insertion": ("include-all", "include-controls"),
    "merge": ("flat", "as-is", "custom"),
}
"""Fields of which a thing has at least one."""

Value = dict[str, Any]
