"""The table of what is accepted: extension, what the bytes must turn out to be, and how it is named."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file is for the people who read it."""

    DOCUMENT = "document"
    SPREADSHEET = "spreadsheet"
    PRESENTATION = "presentation"
    IMAGE = "image"
    TEXT = "text"
    ARCHIVE = "archive"
    MESSAGE = "message"
    WEB = "web"


class Content(StrEnum):
    """What the bytes themselves say; the value completes “it is …” in a refusal."""

    PDF = "a PDF document"
    PNG = "a PNG image"
    JPEG = "a JPEG image"
    GIF = "a GIF image"
    WEBP = "a WebP image"
    TEXT = "plain text"
    JSON = "JSON"
    HTML = "an HTML page"
    SVG = "an SVG drawing"
    MESSAGE = "an e-mail message"
    DOCX = "a Word document"
    DOCM = "a Word document with macros"
    XLSX = "an Excel workbook"
    XLSM = "an Excel workbook with macros"
    PPTX = "a PowerPoint presentation"
    ODT = "an OpenDocument text"
    ODS = "an OpenDocument spreadsheet"
    ZIP = "a ZIP archive"


@dataclass(frozen=True)
class Format:
    """One accepted extension: its media type, its kind, and the contents that may stand behind it."""

    media_type: str
    kind: Kind
    contents: frozenset[Content]


_OOXML = "application/vnd.openxmlformats-officedocument"
_ANY_TEXT = (Content.TEXT, Content.JSON)


def _format(media_type: str, kind: Kind, *contents: Content) -> Format:
    return Format(media_type, kind, frozenset(contents))


_TEXT = _format("text/plain", Kind.TEXT, *_ANY_TEXT)
_MARKDOWN = _format("text/markdown", Kind.TEXT, *_ANY_TEXT, Content.HTML)
_JPEG = _format("image/jpeg", Kind.IMAGE, Content.JPEG)
_HTML = _format("text/html", Kind.WEB, Content.HTML)
_LINES = _format("application/x-ndjson", Kind.TEXT, Content.JSON)

FORMATS: dict[str, Format] = {
    ".pdf": _format("application/pdf", Kind.DOCUMENT, Content.PDF),
    ".png": _format("image/png", Kind.IMAGE, Content.PNG),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".gif": _format("image/gif", Kind.IMAGE, Content.GIF),
    ".webp": _format("image/webp", Kind.IMAGE, Content.WEBP),
    ".txt": _TEXT,
    ".log": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".csv": _format("text/csv", Kind.TEXT, *_ANY_TEXT),
    ".json": _format("application/json", Kind.TEXT, Content.JSON),
    ".jsonl": _LINES,
    ".ndjson": _LINES,
    ".html": _HTML,
    ".htm": _HTML,
    ".svg": _format("image/svg+xml", Kind.WEB, Content.SVG),
    ".eml": _format("message/rfc822", Kind.MESSAGE, Content.MESSAGE),
    ".docx": _format(f"{_OOXML}.wordprocessingml.document", Kind.DOCUMENT, Content.DOCX),
    ".docm": _format("application/vnd.ms-word.document.macroenabled.12", Kind.DOCUMENT, Content.DOCM),
    ".xlsx": _format(f"{_OOXML}.spreadsheetml.sheet", Kind.SPREADSHEET, Content.XLSX),
    ".xlsm": _format("application/vnd.ms-excel.sheet.macroenabled.12", Kind.SPREADSHEET, Content.XLSM),
    ".pptx": _format(f"{_OOXML}.presentationml.presentation", Kind.PRESENTATION, Content.PPTX),
    ".odt": _format("application/vnd.oasis.opendocument.text", Kind.DOCUMENT, Content.ODT),
    ".ods": _format("application/vnd.oasis.opendocument.spreadsheet", Kind.SPREADSHEET, Content.ODS),
    ".zip": _format("application/zip", Kind.ARCHIVE, Content.ZIP),
}

ACCEPTED_EXTENSIONS = tuple(FORMATS)
"""Every accepted extension, lower case with its dot, for a form's ``accept`` attribute and help text."""

OFFICE_CONTENTS = frozenset(
    {Content.DOCX, Content.DOCM, Content.XLSX, Content.XLSM, Content.PPTX, Content.ODT, Content.ODS}
)
