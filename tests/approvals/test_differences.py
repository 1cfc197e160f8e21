"""The difference between two versions: fields, children, links, the register's own part."""

from typing import Any

from grc.approvals.differences import Differences, differences, extras_of


def body(facts: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "register": "documents",
        "kind": "document",
        "reference": "DOC-0001",
        "title": facts.get("name", ""),
        "archived": False,
        "sections": [
            {"title": "All", "facts": [{"name": n, "heading": n.title(), "text": t} for n, t in facts.items()]}
        ],
        "related": [],
        "links": [],
        **more,
    }


def shown(found: Differences) -> list[tuple[str, str, str]]:
    def side(pieces: Any, without: str) -> str:
        return "".join(piece.text for piece in pieces if piece.kind != without)

    return [(change.heading, side(change.pieces, "new"), side(change.pieces, "gone")) for change in found.fields]


def test_fields_that_changed_came_and_went() -> None:
    found = differences(
        body({"name": "Policy", "text": "old", "gone": "x"}), body({"name": "Policy", "text": "new", "came": "y"})
    )
    assert shown(found) == [("Text", "old", "new"), ("Came", "", "y"), ("Gone", "x", "")]
    assert found.unchanged == 1
    assert not differences(body({"name": "Policy"}), body({"name": "Policy"}))


def test_children_are_matched_by_their_first_cell() -> None:
    def with_rows(*rows: list[str]) -> dict[str, Any]:
        related = [{"title": "Components", "headings": ["Reference", "Version"], "rows": list(rows)}]
        return body({"name": "x"}, related=related)

    found = differences(with_rows(["CMP-1", "1"], ["CMP-2", "1"]), with_rows(["CMP-1", "2"], ["CMP-3", "1"]))
    (table,) = found.tables
    assert [(row.kind, row.cells) for row in table.rows] == [
        ("changed", [("CMP-1", "CMP-1"), ("1", "2")]),
        ("added", [("CMP-3", "CMP-3"), ("1", "1")]),
        ("removed", [("CMP-2", "CMP-2"), ("1", "1")]),
    ]


def test_links_and_own_parts_are_compared_too() -> None:
    before = body({"name": "x"}, links=[{"reference": "SYS-1", "title": "One"}], files=[], verdict={"score": 4})
    after = body({"name": "x"}, links=[], files=[{"name": "a.pdf", "sha256": "00"}], verdict={"score": 9})
    found = differences(before, after)
    assert [(table.title, [row.kind for row in table.rows]) for table in found.tables] == [
        ("Linked records", ["removed"]),
        ("Files", ["added"]),
    ]
    assert shown(found) == [("Verdict", "Score: 4", "Score: 9")]
    assert [extra.title for extra in extras_of(after)] == ["Files", "Verdict"]


def test_archiving_is_a_difference() -> None:
    assert shown(differences(body({"name": "x"}), body({"name": "x"}, archived=True))) == [("Archived", "No", "Yes")]


def test_rows_without_a_name_of_their_own_are_all_kept() -> None:
    def with_rows(*rows: list[str]) -> dict[str, Any]:
        return body({"name": "x"}, related=[{"title": "T", "headings": ["A", "B"], "rows": list(rows)}])

    found = differences(with_rows(["", "1"]), with_rows(["", "1"], ["", "2"]))
    assert [row.kind for row in found.tables[0].rows] == ["added"]
