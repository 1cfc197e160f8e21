"""What a document still needs before somebody can sign it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models.support import Document
from grc.formatted.reading import gaps_of
from grc.models.teamwork import Attachment

NAMED = 3


@dataclass(frozen=True)
class Point:
    """``stops``: nobody can approve the document before it is closed."""

    text: str
    stops: bool = False


def open_points(document: Document) -> list[Point]:
    """What is missing, what stops an approval first."""
    points = [Point(_("Nothing is written, and no file is attached."), stops=True)] if _is_empty(document) else []
    points += [Point(gap[:1].upper() + gap[1:], stops=True) for gap in gaps_of(document.text)]
    if document.kind == Document.Kind.EXTERNAL:
        points += [] if document.origin else [Point(_("Say who publishes it."))]
        points += [] if document.watched_by_id else [Point(_("Say who watches for a new edition."))]
    if document.owner_id is None:
        points.append(Point(_("Nobody owns it.")))
    return points


def why_not_ready(document: Document) -> str:
    """Why it cannot be sent for approval, as a sentence; empty where it can."""
    gaps = gaps_of(document.text)
    if gaps:
        said = {"n": len(gaps), "gaps": "; ".join(gaps[:NAMED]) + ("; …" if len(gaps) > NAMED else "")}
        return (
            ngettext(
                "%(n)d fact is missing in the text: %(gaps)s.", "%(n)d facts are missing in the text: %(gaps)s.",
                len(gaps),
            )
            % said
        )  # fmt: skip
    return _("It says nothing yet: write the text, or attach the file.") if _is_empty(document) else ""


def _is_empty(document: Document) -> bool:
    if document.text.strip():
        return False
    hanging = Attachment.objects.within(document.organisation).filter(about=document.pk, removed_at=None)
    return not hanging.exists()
