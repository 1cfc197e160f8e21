"""Documents that somebody broke, or made to break us: refused with their place, and nothing is taken."""

import json
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from controls.models import Framework, Requirement
from controls.oscal import document as reading
from controls.oscal.catalog import MOST_LINES, read_catalog
from controls.oscal.document import MOST_BYTES, MOST_DEPTH, read_document
from controls.oscal.refusal import OSCALRefused
from grc.access.actor import Actor
from grc.strict_json import loads
from tests.controls.bringing import check
from tests.controls.test_oscal_foreign import document

Change = Callable[[dict[str, Any]], None]


def refused(raw: bytes | dict[str, Any]) -> OSCALRefused:
    data = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    with pytest.raises(OSCALRefused) as caught:
        read_catalog(read_document(data))
    return caught.value


def changed(change: Change) -> dict[str, Any]:
    given = document("rich")
    change(given["catalog"])
    return given


def put(*path: Any) -> Change:
    """A change that puts the last of ``path`` where the rest leads."""
    *way, last, value = path

    def change(body: dict[str, Any]) -> None:
        holder: Any = body
        for step in way:
            holder = holder[step]
        holder[last] = value

    return change


FIRST = ("groups", 0, "groups", 0, "controls", 0)
AT = "catalog.groups[0].groups[0].controls[0]"


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (put("metadata", None), "catalog.metadata", "object"),
        (put("metadata", "title", ""), "catalog.metadata.title", "line"),
        (put("metadata", "title", "a\nb"), "catalog.metadata.title", "line"),
        (put("metadata", "version", " 1"), "catalog.metadata.version", "white space"),
        (put("metadata", "last-modified", "yesterday"), "catalog.metadata.last-modified", "date"),
        (put("metadata", "last-modified", "2026-02-31T00:00:00Z"), "catalog.metadata.last-modified", "date"),
        (put("metadata", "last-modified", "2026-02-03T00:00:00"), "catalog.metadata.last-modified", "zone"),
        (put("metadata", "oscal-version", "2.0.0"), "catalog.metadata.oscal-version", "1.0 to 1.2"),
        (put("metadata", "props", []), "catalog.metadata.props", "empty list"),
        (put("metadata", "props", {}), "catalog.metadata.props", "list"),
        (put("metadata", "surprise", 1), "catalog.metadata.surprise", "no such field"),
        (put("metadata", "parties", 0, "type", "robot"), "catalog.metadata.parties[0].type", "one of"),
        (put("uuid", "not-a-uuid"), "catalog.uuid", "UUID"),
        (put(*FIRST, "id", "4.1"), f"{AT}.id", "token"),
        (put(*FIRST, "id", "a b"), f"{AT}.id", "token"),
        (put(*FIRST, "id", 7), f"{AT}.id", "token"),
        (put(*FIRST, "title", ["x"]), f"{AT}.title", "line"),
        (put(*FIRST, "props", 0, "value", ""), f"{AT}.props[0].value", "line"),
        (put(*FIRST, "props", 0, "ns", "no uri"), f"{AT}.props[0].ns", "URI"),
        (put(*FIRST, "parts", 0, "name", "a name"), f"{AT}.parts[0].name", "token"),
        (put(*FIRST, "parts", 0, "prose", 1.5), f"{AT}.parts[0].prose", "text"),
        (put(*FIRST, "parts", "statement"), f"{AT}.parts", "list"),
        (put(*FIRST, "links", 0, "href", "a b"), f"{AT}.links[0].href", "reference"),
        (put(*FIRST, "params", 0, "select", {}), f"{AT}.params[0]", "Only one"),
        (put(*FIRST, "params", 1, "select", {"how-many": "all"}), f"{AT}.params[1].select.how-many", "one of"),
        (put("groups", 0, "controls", [{"id": "x", "title": "X"}]), "catalog.groups[0]", "Only one"),
        (put("controls", 0, "id", "f-1"), "catalog.controls[0].id", f"stands at {AT} already"),
        (put("controls", 0, "id", "fam"), "catalog.controls[0].id", "already"),
        (put("controls", 0, "id", "n" * 61), "catalog.controls[0].id", "at most 60"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: Change, path: str, reason: str) -> None:
    error = refused(changed(change))
    assert error.path == path
    assert reason in error.reason


@pytest.mark.parametrize("name", ["uuid", "metadata"])
def test_what_is_missing_is_named(name: str) -> None:
    given = document("rich")
    del given["catalog"][name]
    error = refused(given)
    assert (error.path, error.reason) == (f"catalog.{name}", "This is missing.")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Not valid JSON"),
        (b"{", "Not valid JSON"),
        (b"[]", "an object"),
        (b'"catalog"', "an object"),
        (b"null", "an object"),
        (b"{}", "no OSCAL catalog"),
        (b'{"catalog": null}', "object is expected"),
        (b'{"catalog": [], "profile": {}}', "one model"),
        (b'{"component-definition": {}}', "OSCAL component-definition"),
        (b'{"catalog": {"uuid": "a", "uuid": "b"}}', "stands twice"),
        (b'{"catalog": {"uuid": NaN}}', "NaN"),
        (b'{"catalog": {"uuid": 1e999}}', "out of range"),
        (b'{"catalog": {"uuid": "\\u0000"}}', "NUL"),
        (b'{"catalog": {"uuid": "\\ud800"}}', "surrogate"),
        (b'{"catalog": "\xff"}', "UTF-8"),
        (b'{"catalog": ' + b"[" * 5000 + b"]" * 5000 + b"}", "levels deep"),
        (b'{"catalog": ' + b'{"a":' * 100_000, "levels deep"),
    ],
)
def test_what_is_no_document_is_refused(raw: bytes, words: str) -> None:
    assert words in str(refused(raw))


def test_broken_json_names_its_line() -> None:
    assert refused(b'{\n "catalog":\n  nothing}').path == "line 3"


def test_byte_order_mark_does_no_harm() -> None:
    assert read_document(b"\xef\xbb\xbf" + json.dumps(document("rich")).encode()).model == "catalog"


def test_nesting_has_an_end() -> None:
    inner: dict[str, Any] = {"id": "deep-20", "title": "Deep"}
    for number in range(19, 0, -1):
        inner = {"id": f"deep-{number}", "title": "Deep", "controls": [inner]}
    error = refused(changed(put("controls", 0, inner)))
    assert error.path.endswith("controls[0]" + ".controls[0]" * 12)
    assert "at most 12 levels" in error.reason


def test_million_controls_are_refused_quickly() -> None:
    rows = ",".join(f'{{"id":"c{number}","title":"t"}}' for number in range(400_000))
    meta = json.dumps(document("mvsp")["catalog"]["metadata"])
    raw = f'{{"catalog":{{"uuid":"aaaaaaaa-0000-4000-8000-000000000000","metadata":{meta},"controls":[{rows}]}}}}'
    started = time.process_time()
    loads(raw.encode(), max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    read = time.process_time()
    error = refused(raw.encode())
    assert time.process_time() - read < 12 * (read - started)  # of the order of reading it
    assert error.path == f"catalog.controls[{MOST_LINES}]"
    assert "10,000" in error.reason


def test_document_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    assert "Longer than 1,000 bytes" in str(refused(document("rich")))


@pytest.mark.django_db
def test_title_that_is_too_long_is_named_and_nothing_is_taken(system: Actor) -> None:
    given = changed(put(*FIRST, "title", "t" * 241))
    given["catalog"]["groups"][0]["props"] = [{"name": "applies-on", "ns": "urn:assay:oscal:1", "value": "soon"}]
    found = check(given, system)
    assert [(one.column, one.reason[:20]) for one in found.problems] == [
        ("catalog.groups[0].props.applies-on", "This is no date: wri"),
        (f"{AT}.title", "Ensure this value ha"),
    ]  # fmt: skip
    assert not Framework.unscoped.exists()
    assert not Requirement.unscoped.exists()


@pytest.mark.django_db
def test_title_of_the_document_that_is_too_long_is_named(system: Actor) -> None:
    found = check(changed(put("metadata", "title", "t" * 201)), system)
    assert found.problems[0].column == "catalog.metadata.title"


@pytest.mark.django_db
def test_deep_tree_made_by_hand_is_written_flat(system: Actor) -> None:
    from controls.transfer.exports import export_framework
    from tests.controls.schemas import errors
    from tests.factories import make

    framework, parent = make("frameworks", system), None
    for number in range(40):
        parent = make("requirements", system, framework=framework, code=f"R {number}", parent=parent)
    given = export_framework(framework=framework, by=system)
    assert errors(given) == []
    assert len(read_catalog(read_document(json.dumps(given).encode())).lines) == 40


def test_reading_leaves_the_document_as_it_is() -> None:
    given = document("rich")
    read = read_document(json.dumps(given).encode())
    before = deepcopy(read.body)
    read_catalog(read)
    assert read.body == before
