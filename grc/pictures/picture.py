"""What every picture is: a title, words for who cannot see it, shapes, and the same numbers as a table."""

from typing import Protocol

from grc.pictures.drawing import Drawing


class Picture(Protocol):
    """Drawn on a page by ``{% picture p %}``, in PDF and DOCX by ``PictureBlock``; exported as its table."""

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str:
        """One or two sentences that say what the picture shows."""
        ...

    @property
    def slug(self) -> str:
        """By which it can be taken away as a file (``grc.pictures.named``); empty where it cannot."""
        ...

    def drawing(self) -> Drawing:
        """The picture as shapes, at its natural size in points."""
        ...

    def table(self) -> tuple[list[str], list[list[str]]]:
        """(headings, rows): the same in words and numbers."""
        ...
