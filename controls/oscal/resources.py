"""What a document refers to: the catalog of a profile, the two ends of a mapping."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from controls.oscal.document import Document
from controls.oscal.names import NS
from controls.oscal.refusal import OSCALRefused
from controls.oscal.said import Item, value_of

_UUID_IN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Resource:
    """``href`` as the document spells it. The rest is what is known of it: UUIDs, title, short name, file names."""

    href: str
    uuids: tuple[str, ...] = ()
    title: str = ""
    short: str = ""
    files: tuple[str, ...] = ()

    @property
    def spelled(self) -> str:
        """How it is called in a sentence."""
        return self.title or self.short or next(iter(self.files), "") or self.href


def resource_for(document: Document, href: str, path: str) -> Resource:
    """What ``href`` means: a resource of the back matter (``#uuid``), or an address that may hold a UUID.

    Raises ``OSCALRefused`` for a resource that is not in the document.
    """
    if not href.startswith("#"):
        match = _UUID_IN.search(href)
        return Resource(href, uuids=(match[0].lower(),) if match else (), files=(_file(href),))
    wanted = href[1:].lower()
    found = next((each for each in document.resources() if each["uuid"].lower() == wanted), None)
    if found is None:
        if wanted == document.uuid:
            return Resource(href, uuids=(wanted,))
        raise OSCALRefused(path, _("The back matter has no resource “%(id)s”.") % {"id": href[:60]})
    identifiers = [each["identifier"].lower() for each in found.get("document-ids", ())]
    uuids = [value_of(found, "document").lower(), *identifiers, wanted]
    return Resource(
        href,
        uuids=tuple(each for each in uuids if _UUID_IN.fullmatch(each)),
        title=str(found.get("title", "")),
        short=value_of(found, "short-name"),
        files=tuple(_file(link["href"]) for link in found.get("rlinks", ())),
    )


def _file(href: str) -> str:
    return unquote(href.rsplit("/", 1)[-1])[:200]


def written_resource(*, uuid: str, document: str, title: str, short: str, file: str) -> dict[str, Any]:
    """The resource by which a document of ours names a catalog or profile of ours; ``document``: that one's UUID."""
    props: list[Item] = [{"name": "document", "ns": NS, "value": document}]
    if short:
        props.append({"name": "short-name", "ns": NS, "value": short})
    link = {"href": f"./{file}", "media-type": "application/oscal+json"}
    return {"uuid": uuid, "title": title, "props": props, "rlinks": [link]}
