"""An OSCAL document from its bytes: which model it is, and its content, checked as a whole."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from controls.oscal.checking import check
from controls.oscal.refusal import OSCALRefused
from grc.strict_json import JSONRefused, loads

MOST_BYTES = 16 * 1024 * 1024
MOST_DEPTH = 64
MODELS = ("catalog", "profile", "mapping-collection")
"""What is read, by the name at the document's root."""

_OTHERS = {"component-definition", "system-security-plan", "assessment-plan", "assessment-results",
           "plan-of-action-and-milestones"}  # fmt: skip
_VERSION = re.compile(r"1\.[0-2](\.\d{1,3})?(-[\w.]{1,20})?")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Document:
    """``model``: catalog, profile or mapping-collection; ``body``: what stands below that name."""

    model: str
    body: dict[str, Any]

    @property
    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["metadata"]
        return found

    @property
    def uuid(self) -> str:
        return str(self.body["uuid"]).lower()

    def resources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.body.get("back-matter", {}).get("resources", [])
        return found


def read_document(raw: bytes) -> Document:
    """Read and check a document. Raises ``OSCALRefused`` with the place of the first thing that is wrong."""
    try:
        said = loads(raw.removeprefix(_MARK), max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    except JSONRefused as error:
        raise OSCALRefused(_line(raw, error.offset), error.reason) from None
    if not isinstance(said, dict):
        raise OSCALRefused("", _("An OSCAL document is an object, such as {“catalog”: …}."))
    model = next((name for name in MODELS if name in said), "")
    if not model:
        raise OSCALRefused("", _unknown(said))
    body = said[model]
    if model == "mapping-collection" and isinstance(body, dict) and isinstance(body.get("mappings"), dict):
        body["mappings"] = [body["mappings"]]  # the schema lets a single one stand without its list
    _check_version(body, model)
    for key in said:
        if key not in (model, "$schema"):
            raise OSCALRefused(key[:60], _("There is one model in a document, and nothing beside it."))
    check(body, model, model)
    return Document(model, body)


def _check_version(body: Any, model: str) -> None:
    # before the rest: of another version the other refusals would be beside the point
    metadata = body.get("metadata") if isinstance(body, dict) else None
    version = metadata.get("oscal-version") if isinstance(metadata, dict) else None
    if isinstance(version, str) and not _VERSION.fullmatch(version):
        text = _("OSCAL %(version)s is not read here: 1.0 to 1.2 are.")
        raise OSCALRefused(f"{model}.metadata.oscal-version", text % {"version": version[:20]})


def _unknown(said: dict[str, Any]) -> str:
    other = next((name for name in said if name in _OTHERS), "")
    if other:
        return _("This is an OSCAL %(model)s. Catalogs, profiles and mapping collections are read here.") % {
            "model": other
        }
    return _("This is no OSCAL catalog, profile or mapping collection.")


def _line(raw: bytes, offset: int | None) -> str:
    if offset is None:
        return ""
    text = raw.removeprefix(_MARK).decode("utf-8", "replace")
    return _("line %(n)d") % {"n": text.count("\n", 0, offset) + 1}
