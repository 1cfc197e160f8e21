"""What a document says about itself: title, version, date of approval, from its properties and its first lines."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from grc.imports.dates import DAY_FIRST, read_date

FIRST_TEXT = 4_000
_VERSION = re.compile(
    r"\b(?:version|edition|revision|rev\.?|ausgabe|stand)\s*(?:no\.?|nr\.?)?\s*[:#]?\s*(v?\d[\w.\-]{0,15})",
    re.IGNORECASE,
)
_VERSION_IN_NAME = re.compile(r"[\s_\-.(]v(?:er(?:sion)?)?[\s_.]?(\d+(?:[._]\d+){0,3})\b", re.IGNORECASE)
_APPROVED = re.compile(
    r"\b(?:approved|approval date|date of approval|effective|freigegeben|freigabe|genehmigt)\b"
    r"[^\d\n]{0,40}?(\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{1,2}\.?\s+[^\W\d_]{3,12}\s+\d{4}|[^\W\d_]{3,12}\s+\d{1,2},\s*\d{4})",
    re.IGNORECASE,
)
_BAD_TITLES = re.compile(
    r"^(?:microsoft word|untitled|unbenannt|document\d*|dokument\d*|powerpoint|\(anonymous\))", re.IGNORECASE
)


@dataclass(frozen=True)
class Properties:
    """``name`` is the file's. What nobody knows is empty, or None."""

    name: str
    title: str
    version: str = ""
    approved_on: dt.date | None = None


def properties_of(stream: IO[bytes], name: str) -> Properties:
    """Read a DOCX or PDF (checked by ``grc.uploads``) as far as it describes itself, another file by its name."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower()
    title, version, text = "", "", ""
    stream.seek(0)
    try:
        if suffix in (".docx", ".docm"):
            title, version, text = _of_docx(stream)
        elif suffix == ".pdf":
            title, version, text = _of_pdf(stream)
    except Exception:  # a damaged property is no reason to refuse the file: its name still says something
        title, version, text = "", "", ""
    finally:
        stream.seek(0)
    found, named = _VERSION.search(text), _VERSION_IN_NAME.search(f" {stem}")
    version = version or (found[1] if found else "") or (named[1].replace("_", ".") if named else "")
    if not title or _BAD_TITLES.match(title):
        title = " ".join(_VERSION_IN_NAME.sub(" ", f" {stem}").replace("_", " ").split()).strip(" -.(") or stem
    return Properties(name, title[:200], version.rstrip(".-")[:40], _approval(text))


def _of_docx(stream: IO[bytes]) -> tuple[str, str, str]:
    import docx

    document: Any = docx.Document(stream)
    core = document.core_properties
    lines = [paragraph.text for paragraph in document.paragraphs[:60]]
    for table in document.tables[:3]:
        lines += [" ".join(cell.text for cell in row.cells) for row in table.rows[:15]]
    title = core.title or next((p.text for p in document.paragraphs[:20] if p.style.name == "Title" and p.text), "")
    return title.strip(), (core.version or "").strip(), "\n".join(lines)[:FIRST_TEXT]


def _of_pdf(stream: IO[bytes]) -> tuple[str, str, str]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    trailer: Any = PdfFileReader(stream, strict=False).trailer_view  # type: ignore[no-untyped-call]
    if "/Info" not in trailer:
        return "", "", ""
    info = trailer["/Info"]
    title, *more = (str(info[name]).strip() if name in info else "" for name in ("/Title", "/Subject", "/Keywords"))
    return title, "", "\n".join([title, *more])[:FIRST_TEXT]


def _approval(text: str) -> dt.date | None:
    match = _APPROVED.search(text)
    if match is None:
        return None
    try:
        return read_date(match[1], DAY_FIRST)
    except ValueError:
        return None
