"""Pages that fill from the top: what is drawn where, before any of it is written."""

from dataclasses import dataclass, field

from grc.pictures.drawing import Line, Rect, Shape, Text
from grc.pictures.lines import lines
from grc.reports.structure import Node

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
SIDE, TOP, BOTTOM = 18 * MM, 24 * MM, 21 * MM
BODY, LEADING = 9.5, 1.42


@dataclass
class Sheet:
    """A page: what is drawn on it and what each piece belongs to (None: decoration), with its links and bookmarks.

    ``links`` are (left, top, right, bottom, name of a place); ``places`` are (name, top).
    """

    width: float
    height: float
    items: list[tuple[Node | None, Shape]] = field(default_factory=list)
    links: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    places: list[tuple[str, float]] = field(default_factory=list)
    bare: bool = False  # the cover has no running head and foot

    @property
    def bottom(self) -> float:
        return self.height - BOTTOM


class Flow:
    """Where the next thing goes. ``y`` runs downwards; ``page`` is the sheet that is being filled."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.root = Node("Document")
        self.y = 0.0

    @property
    def page(self) -> Sheet:
        return self.sheets[-1]

    @property
    def width(self) -> float:
        return self.page.width - 2 * SIDE

    @property
    def left(self) -> float:
        return SIDE

    @property
    def room(self) -> float:
        return self.page.bottom - self.y

    @property
    def is_fresh(self) -> bool:
        """Nothing stands on this page yet."""
        return self.y <= TOP

    @property
    def is_wide(self) -> bool:
        return bool(self.sheets) and self.page.width > self.page.height

    def new_page(self, *, wide: bool | None = None, bare: bool = False) -> None:
        """A page like the one before, or on its side where ``wide`` says so."""
        turned = self.is_wide if wide is None else wide
        width, height = (A4[1], A4[0]) if turned else A4
        self.sheets.append(Sheet(width, height, bare=bare))
        self.y = TOP

    def need(self, height: float) -> None:
        """A new page unless this one has ``height`` left; a page that is empty is never left."""
        if self.room < height and not self.is_fresh:
            self.new_page()

    def draw(self, shape: Shape, node: Node | None = None) -> None:
        self.page.items.append((node, shape))

    def write(
        self,
        text: str,
        node: Node,
        *,
        size: float = BODY,
        style: str = "regular",
        fill: str = "ink",
        left: float = 0,
        right: float = 0,
    ) -> None:
        """Lines of ``text`` (cleaned) over as many pages as they need; ``left`` and ``right`` are indents."""
        step = size * LEADING
        for line in lines(text, size, self.width - left - right, style):
            self.need(step)
            if line:
                self.draw(Text(self.left + left, self.y + size * 1.05, line, size, style, fill), node)
            self.y += step

    def rule(self, stroke: str = "hair", width: float = 0.6) -> None:
        self.draw(Line(self.left, self.y, self.left + self.width, self.y, stroke, width))

    def shade(self, top: float, height: float, fill: str, *, left: float = 0, width: float | None = None) -> None:
        """A shade below what is drawn on this page from now on."""
        self.draw(Rect(self.left + left, top, width or self.width - left, height, fill))
