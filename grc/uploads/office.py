"""Office documents inside a ZIP container: which one it is, and whether it carries macros or is encrypted."""

import codecs
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from grc.uploads.kinds import Content
from grc.uploads.refusal import ContentRefused

CONTENT_TYPES = "[Content_Types].xml"
MANIFEST = "META-INF/manifest.xml"
MIMETYPE = "mimetype"
MAX_PART_BYTES = 1024 * 1024
"""The parts read whole here are small in every honest document."""

_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Content.DOCX,
    "application/vnd.ms-word.document.macroenabled.main+xml": Content.DOCM,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Content.XLSX,
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": Content.XLSM,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": Content.PPTX,
}
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": Content.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": Content.ODS,
}
_MACRO_TYPES = ("vbaproject", "macrosheet")
_MACRO_NAMES = ("vbaproject.bin", "xl/macrosheets/", "basic/", "scripts/")
_WITH_MACROS = frozenset({Content.DOCM, Content.XLSM})
_XML_STARTS = (
    b"<",
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
    b"<\x00",
    b"\x00<",
    b"\x00\x00\x00<",
    b"Lo\xa7\x94",
)
_XML_ENDINGS = (".xml", ".rels", ".vml", ".rdf")


def needs_xml_check(name: str, start: bytes) -> bool:
    """Tell whether a part could be read as XML: by its name, or by its first bytes whatever its name."""
    stripped = start.removeprefix(codecs.BOM_UTF8).lstrip()
    return name.lower().endswith(_XML_ENDINGS) or stripped.startswith(_XML_STARTS)


def identify_ooxml(content_types: bytes, names: list[str]) -> tuple[Content, bool]:
    """Return the document's content and whether it carries macros; raises ``ContentRefused``."""
    declared = [
        element.get("ContentType", "").strip().lower() for element in _parsed(content_types, CONTENT_TYPES).iter()
    ]
    mains = {_MAIN_PARTS[kind] for kind in declared if kind in _MAIN_PARTS}
    if len(mains) != 1:
        raise ContentRefused(
            "is an Office file of a kind that is not accepted (a template, a show or a damaged file)",
            "Save it as DOCX, XLSX or PPTX.",
        )
    content = mains.pop()
    macros = any(mark in kind for kind in declared for mark in _MACRO_TYPES) or _named_macros(names)
    if macros and content not in _WITH_MACROS:
        raise ContentRefused(
            "carries macros although it is of a kind that has none",
            "Remove the macros, or save it as DOCM or XLSM: macros are kept and never run.",
        )
    return content, macros or content in _WITH_MACROS


def identify_open_document(mimetype: bytes, manifest: bytes, names: list[str]) -> tuple[Content, bool]:
    """Return the document's content and whether it carries macros; raises ``ContentRefused``."""
    content = _OPEN_DOCUMENTS.get(mimetype.strip())
    if content is None:
        raise ContentRefused("is an OpenDocument of a kind that is not accepted", "Save it as ODT or ODS.")
    for element in _parsed(manifest, MANIFEST).iter():
        if element.tag.rpartition("}")[2] == "encryption-data":
            raise ContentRefused("is protected by a password", "Save a copy without a password and upload that.")
    return content, _named_macros(names)


def _named_macros(names: list[str]) -> bool:
    lowered = [name.lower() for name in names]
    return any(name.endswith(_MACRO_NAMES[0]) or name.startswith(_MACRO_NAMES[1:]) for name in lowered)


def _parsed(part: bytes, name: str) -> Element:
    try:
        root: Element = fromstring(part, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise ContentRefused(
            f"has a damaged or forbidden part ({name})",
            "Open it in its program, save it again and upload that.",
        ) from None
    return root
