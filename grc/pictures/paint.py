"""Shapes onto a ReportLab canvas."""

from reportlab.pdfgen.canvas import Canvas

from grc.pictures.drawing import Circle, Line, Path, Rect, Shape, Text, flat
from grc.pictures.fonts import runs
from grc.pictures.palette import rgb


class Painter:
    """Draws on one page, whose height turns "down from the top" into PDF's "up from the bottom"."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self.canvas = canvas
        self.height = height
        self._colours: dict[str, str] = {}

    def draw(self, shape: Shape) -> None:
        for one in flat([shape]):
            if isinstance(one, Text):
                self._text(one)
            elif isinstance(one, Rect):
                self._rect(one)
            elif isinstance(one, Line):
                self._line(one)
            elif isinstance(one, Circle):
                fill, stroke = self._ink(one.fill, one.stroke)
                self.canvas.circle(one.x, self.height - one.y, one.radius, fill=fill, stroke=stroke)
            else:
                self._path(one)

    def _ink(self, fill: str, stroke: str, width: float = 1, dashed: bool = False) -> tuple[int, int]:
        if fill and self._colours.get("fill") != fill:
            self.canvas.setFillColorRGB(*(part / 255 for part in rgb(fill)))
            self._colours["fill"] = fill
        if stroke:
            if self._colours.get("stroke") != stroke:
                self.canvas.setStrokeColorRGB(*(part / 255 for part in rgb(stroke)))
                self._colours["stroke"] = stroke
            self.canvas.setLineWidth(width)
            self.canvas.setDash([3, 2] if dashed else [])
        return int(bool(fill)), int(bool(stroke))

    def _text(self, text: Text) -> None:
        self._ink(text.fill, "")
        x, y = text.left, self.height - text.y
        line = self.canvas.beginText(x, y)
        for run in runs(text.text, text.style):
            line.setFont(run.font, text.size)
            line.textOut(run.text)
        self.canvas.drawText(line)

    def _rect(self, rect: Rect) -> None:
        fill, stroke = self._ink(rect.fill, rect.stroke)
        y = self.height - rect.y - rect.height
        if rect.radius:
            self.canvas.roundRect(rect.x, y, rect.width, rect.height, rect.radius, fill=fill, stroke=stroke)
        else:
            self.canvas.rect(rect.x, y, rect.width, rect.height, fill=fill, stroke=stroke)

    def _line(self, line: Line) -> None:
        self._ink("", line.stroke, line.width, line.dashed)
        self.canvas.line(line.x1, self.height - line.y1, line.x2, self.height - line.y2)

    def _path(self, path: Path) -> None:
        fill, stroke = self._ink(path.fill, path.stroke, path.width, path.dashed)
        points = [(x, self.height - y) for x, y in path.points]
        drawn = self.canvas.beginPath()
        drawn.moveTo(*points[0])
        if path.curved:
            for at in range(1, len(points) - 2, 3):
                drawn.curveTo(*points[at], *points[at + 1], *points[at + 2])
        else:
            for point in points[1:]:
                drawn.lineTo(*point)
        if path.closed:
            drawn.close()
        self.canvas.drawPath(drawn, fill=fill, stroke=stroke)
