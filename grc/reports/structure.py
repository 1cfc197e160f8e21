"""What a PDF says about itself to a screen reader: a tree of headings, paragraphs, tables and figures.

ReportLab writes no tags; they are made here: every piece of text is marked content that belongs to a node of the tree,
and everything else (rules, shades, running heads) is an artifact. Not done: links are no part of the tree (they have
their text), and the file does not claim PDF/UA.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas


@dataclass(eq=False, slots=True)
class Node:
    """``kind`` is a standard structure type: H1, P, Table, TR, TH, TD, Figure, ..."""

    kind: str
    parent: "Node | None" = None
    alt: str = ""
    kids: list[Any] = field(default_factory=list)  # nodes, and (page number, marked-content id)

    def child(self, kind: str, alt: str = "") -> "Node":
        made = Node(kind, self, alt)
        self.kids.append(made)
        return made


class Marker:
    """Opens and closes marked content on the pages of a canvas, and writes the tree at the end."""

    def __init__(self, canvas: Canvas, root: Node) -> None:
        self.canvas = canvas
        self.root = root
        self._open = False
        self._node: Node | None = None
        self._page = 0
        self._of_page: dict[int, list[Node]] = defaultdict(list)

    def turn_to(self, node: Node | None) -> None:
        """What is drawn from here on belongs to ``node``; None: it is decoration."""
        if self._open and node is self._node:
            return
        self.close()
        if node is None:
            self.canvas._code.append("/Artifact BMC")
        else:
            marks = self._of_page[self._page]
            self.canvas._code.append(f"/{node.kind} <</MCID {len(marks)}>> BDC")
            node.kids.append((self._page, len(marks)))
            marks.append(node)
        self._node, self._open = node, True

    def close(self) -> None:
        if self._open:
            self.canvas._code.append("EMC")
        self._open = False

    def end_page(self) -> None:
        """Call after ``showPage``: the page says which nodes its marks belong to."""
        page = self.canvas._doc.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = self._page, PDFName("S")
        self._page += 1

    def write(self) -> None:
        """The tree into the document's catalog."""
        doc = self.canvas._doc
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        reference = doc.Reference(root)
        made: dict[int, Any] = {}
        root["K"] = self._element(self.root, reference, made)
        numbers: list[Any] = []
        for page, nodes in sorted(self._of_page.items()):
            numbers += [page, PDFArray([made[id(node)] for node in nodes])]
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        root["ParentTreeNextKey"] = self._page
        doc.Catalog.StructTreeRoot = root
        doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})

    def _element(self, node: Node, parent: Any, made: dict[int, Any]) -> Any:
        entry = PDFDictionary({"S": PDFName(node.kind), "P": parent})
        reference = made[id(node)] = self.canvas._doc.Reference(entry)
        if node.alt:
            entry["Alt"] = PDFString(node.alt)
        if node.kind == "TH":
            entry["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Column")})
        marks = [kid for kid in node.kids if not isinstance(kid, Node)]
        alone = {page for page, _mark in marks}
        if len(alone) == 1:
            entry["Pg"] = self._page_reference(alone.pop())
        kids = [self._kid(kid, reference, made, by_page=len(alone) > 1) for kid in node.kids]
        entry["K"] = kids[0] if len(kids) == 1 else PDFArray(kids)
        return reference

    def _kid(self, kid: Any, parent: Any, made: dict[int, Any], *, by_page: bool) -> Any:
        """A node below, or a mark: its number alone where all marks of the node lie on one page."""
        if isinstance(kid, Node):
            return self._element(kid, parent, made)
        page, mark = kid
        if not by_page:
            return mark
        return PDFDictionary({"Type": PDFName("MCR"), "Pg": self._page_reference(page), "MCID": mark})

    def _page_reference(self, page: int) -> Any:
        return self.canvas._doc.Reference(self.canvas._doc.Pages.pages[page])
