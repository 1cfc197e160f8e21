"""What was signed, as a document: the version's own content, then a page that says who signed it, when and how."""

import dataclasses
import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from grc.approvals.proofs import method_text
from grc.models.approval import Approval, Review
from grc.reports.document import Block, Document, Facts, Heading, Note, PageBreak, Paragraph
from grc.reports.versions import document_of_version


def paper_of(review: Review) -> Document:
    """The document of an approved review (with its version, author and approvals), in English."""
    with translation.override("en-gb"):
        document = document_of_version(review.version)
        return dataclasses.replace(
            document,
            status=_("Approved"),
            author=str(review.author),
            made_at=review.ended_at,
            blocks=[*document.blocks, PageBreak(), *_signatures(review)],
        )


def _signatures(review: Review) -> list[Block]:
    version = review.version
    blocks: list[Block] = [
        Heading(_("Approval")),
        Facts(
            [
                (_("Record"), str(review.key)),
                (_("Version"), str(version.number)),
                (_("Frozen"), utc(version.made_at)),
                (_("SHA-256 of the version"), version.sha256),
                (_("Sent by"), _person(review.author.name, review.author.email)),
                (_("Sent"), utc(review.sent_at)),
                (_("What changed, and why"), review.note),
                (_("In force since"), utc(review.ended_at)),
            ]
        ),
    ]
    for part in review.approvals.all():
        blocks += [Heading(_("Signature of %(who)s") % {"who": part.approver}, 2), Facts(_facts(part))]
        if part.safeguard:
            blocks.append(Note(_("Approved by its author. Safeguard: %(text)s") % {"text": part.safeguard}, "orange"))
    blocks.append(
        Paragraph(
            _(
                "The SHA-256 is of the version’s canonical JSON, which can be downloaded beside this document. "
                "The electronic signature in this file is the organisation’s: it shows that neither the text "
                "nor this page has changed since."
            )
        )
    )
    return blocks


def _facts(part: Approval) -> list[tuple[str, str]]:
    return [
        (_("Approver"), _person(part.approver.name, part.approver.email)),
        (_("Decision"), str(part.get_decision_display())),
        (_("Meaning"), part.meaning),
        (_("When"), utc(part.decided_at)),
        (_("Identity proven by"), method_text(part.method)),
        (_("Comment"), part.comment or "–"),
    ]


def _person(name: str, email: str) -> str:
    return f"{name} ({email})" if name else email


def utc(value: dt.datetime | None) -> str:
    return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC" if value else ""
