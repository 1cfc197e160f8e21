"""File names that are safe to show, to log and to send in a header."""

import re
import unicodedata

MAX_NAME_BYTES = 255
MAX_EXTENSION_BYTES = 16

# Cc: controls with NUL; Cf: right-to-left overrides, zero-width, BOM; Cs: half surrogates; Co: private use.
_REMOVED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_RESERVED_CHARACTERS = re.compile(r'[<>:"|?*]')
_WINDOWS_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """Return ``name`` as one NFC path component of at most 255 UTF-8 bytes with its extension kept.

    Path parts, control, right-to-left and zero-width characters are removed, characters that Windows forbids
    become ``_``. A name of which nothing is left becomes ``file``. Idempotent.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        char
        for char in last
        if unicodedata.category(char) not in _REMOVED_CATEGORIES and not ord(char) & 0xFFFF >= 0xFFFE
    )
    clean = _RESERVED_CHARACTERS.sub("_", unicodedata.normalize("NFC", kept))
    clean = clean.strip().lstrip(".").rstrip(". ").strip()
    clean = _strip_fully(clean)
    if not clean:
        return "file"
    if _WINDOWS_DEVICES.match(clean):
        clean = f"_{clean}"
    return _shortened(clean)


def extension_of(name: str) -> str:
    """Return the lower-case extension of a safe name with its dot, or an empty text."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem and suffix else ""


def _strip_fully(text: str) -> str:
    while (stripped := text.strip().strip(".")) != text:
        text = stripped
    return text


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    ending = f".{suffix}" if dot and stem and len(suffix.encode()) < MAX_EXTENSION_BYTES else ""
    body = name[: len(name) - len(ending)]
    cut = body.encode()[: MAX_NAME_BYTES - len(ending.encode())].decode("utf-8", "ignore")
    return (cut.rstrip(". ") or "file") + ending
