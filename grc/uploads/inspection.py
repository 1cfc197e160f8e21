"""The one question asked of every upload: what is it, and may it stay?"""

from dataclasses import dataclass

from grc.uploads import archive, images, magic, pdf, text
from grc.uploads.kinds import ACCEPTED_EXTENSIONS, FORMATS, Content, Format, Kind
from grc.uploads.names import extension_of, safe_name
from grc.uploads.reading import Digest, Source, TooLarge, chunks, digest
from grc.uploads.refusal import ContentRefused, FileRefused

LIMIT_BYTES = 50 * 1024 * 1024
OCTET_STREAM = "application/octet-stream"


@dataclass(frozen=True)
class Inspection:
    """What an accepted file is.

    ``media_type`` and ``extension`` (lower case, with dot) agree with its bytes; ``sha256`` is hexadecimal,
    ``size`` in bytes; ``safe_name`` may be shown and sent (the caller keeps the original). ``macros``: it
    or a document in it carries macros, which nobody here runs. ``active``: a browser could run what is in
    it.
    """

    media_type: str
    extension: str
    sha256: str
    size: int
    safe_name: str
    kind: Kind
    macros: bool = False
    active: bool = False

    @property
    def served_as(self) -> str:
        """The media type to send: always as an attachment, and as mere bytes where a browser could run it."""
        return OCTET_STREAM if self.active or self.macros else self.media_type


def inspect(file: Source, *, name: str, limit_bytes: int = LIMIT_BYTES) -> Inspection:
    """Read ``file`` (binary, seekable) to its end and return what it is; it is left at its beginning.

    ``name``: as the uploader gave it; name and content must agree. ``limit_bytes``: the largest accepted
    size. Memory stays constant whatever the file claims. Raises ``FileRefused``.
    """
    clean = safe_name(name)
    try:
        summary = digest(file, limit_bytes)
        extension = extension_of(clean)
        found = _accepted_format(extension, summary)
        content, macros = _sniffed(file, summary, extension)
        _refuse_disagreement(found, extension, content)
    except TooLarge:
        raise FileRefused(
            f"“{clean}” is larger than {limit_bytes / 1024 / 1024:,.0f} MiB. Split it or make it smaller."
        ) from None
    except ContentRefused as refused:
        raise FileRefused(f"“{clean}” {refused.problem}. {refused.advice}") from None
    finally:
        file.seek(0)
    return Inspection(
        media_type=found.media_type,
        extension=extension,
        sha256=summary.sha256,
        size=summary.size,
        safe_name=clean,
        kind=found.kind,
        macros=macros,
        active=content in (Content.HTML, Content.SVG),
    )


def _accepted_format(extension: str, summary: Digest) -> Format:
    if summary.size == 0:
        raise ContentRefused("is empty", "Check the file and upload it again.")
    if magic.is_executable(summary.head):
        raise ContentRefused("is a program", "Programs are not accepted; upload what it produced.")
    if extension not in FORMATS:
        accepted = ", ".join(ending.removeprefix(".").upper() for ending in ACCEPTED_EXTENSIONS)
        ending = f"ends in “{extension}”" if extension else "has no ending"
        raise ContentRefused(f"{ending}, which is not an accepted kind of file", f"Accepted are {accepted}.")
    return FORMATS[extension]


def _sniffed(file: Source, summary: Digest, extension: str) -> tuple[Content, bool]:
    head = summary.head
    if magic.is_zip(head):
        found = archive.check(file, summary.size)
        return found.content, found.macros
    if magic.is_ole(head):
        _refuse_ole(file)
    if magic.is_other_archive(head):
        raise ContentRefused("is an archive of a kind that is not read here", "Pack it as ZIP.")
    image = images.sniff(head)
    if head.startswith(b"%PDF-") or image:
        magic.refuse_foreign_head(head)
        magic.refuse_trailing_zip(summary.tail)
    if head.startswith(b"%PDF-"):
        pdf.check(file, summary)
        return Content.PDF, False
    if image:
        magic.refuse_late_pdf_header(head)
        images.check(file, image, summary.size, head)
        return image, False
    magic.refuse_late_pdf_header(head)
    magic.refuse_trailing_zip(summary.tail)
    return text.sniff(file, summary, message=extension == ".eml"), False


def _refuse_ole(file: Source) -> None:
    carried = b""
    for piece in chunks(file):
        if magic.holds_encrypted_package(carried + piece):
            raise ContentRefused("is protected by a password", "Save a copy without a password and upload that.")
        carried = piece[-64:]
    raise ContentRefused("is in an old binary Office format", "Save it as DOCX, XLSX or PPTX and upload that.")


def _refuse_disagreement(found: Format, extension: str, content: Content) -> None:
    if content in found.contents:
        return
    if extension in (".docx", ".xlsx") and content in (Content.DOCM, Content.XLSM):
        advice = f"Rename it to end in “{extension[:-1]}m”, or save it without macros."
    else:
        advice = "Give it the ending of what it is, or export it again."
    raise ContentRefused(f"ends in “{extension}”, but its content is {content.value}", advice)
