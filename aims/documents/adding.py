"""Taking over starters: each becomes a draft with this organisation's facts, linked with what it answers."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from aims.documents.facts import filled
from aims.documents.starting import CATALOGUE, Starter, digest, starters
from aims.models import Document
from controls.models import Framework, Requirement
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.models.link import Link
from grc.models.record import RecordKey


class NoSuchStarter(ValueError):
    """There is no such starter, it is in use, or none was named; ``str()`` says which."""


@transaction.atomic
def add_starters(*, keys: Sequence[str], by: Actor) -> list[Document]:
    """Make drafts of these starters. All of them or none. Raises ``NoSuchStarter``, ``Denied``."""
    require(by, Permission.DOCUMENTS_EDIT)
    if not keys:
        raise NoSuchStarter(_("Choose at least one starter."))
    chosen = [_starter(key) for key in dict.fromkeys(keys)]
    _refuse_taken(chosen, by)
    documents = [_document(starter, by) for starter in chosen]
    create_records(records=documents, by=by, reason=_("from a starter"))
    _link(documents, by)
    return documents


def _starter(key: str) -> Starter:
    try:
        return starters()[key]
    except KeyError:
        raise NoSuchStarter(_("There is no starter “%(key)s”.") % {"key": key[:40]}) from None


def _refuse_taken(chosen: Sequence[Starter], by: Actor) -> None:
    rows = Document.objects.within(by.organisation).filter(archived_at=None)
    used = set(rows.exclude(starter="").values_list("starter", flat=True))
    names = {row.name: row for row in rows.filter(name__in=[one.name for one in chosen], edition="")}
    for starter in chosen:
        if starter.key in used:
            raise NoSuchStarter(_("“%(name)s” is in use already.") % {"name": starter.name})
        if starter.name in names:
            text = _("%(reference)s is called “%(name)s” as well: give it another name first.")
            raise NoSuchStarter(text % {"reference": names[starter.name].reference, "name": starter.name})


def _document(starter: Starter, by: Actor) -> Document:
    text = filled(starter.text, by)
    return Document(
        organisation=by.organisation,
        name=starter.name,
        kind=starter.kind,
        text=text,
        readers=list(starter.readers),
        starter=starter.key,
        starter_sha256=digest(text),
        owner=by.person,
    )


def _link(documents: Sequence[Document], by: Actor) -> None:
    ends = requirements_in_use(by)
    links = [
        Link(organisation=by.organisation, source=document.key, target=ends[code])
        for document in documents
        for code in starters()[document.starter].answers
        if code in ends
    ]
    create_records(records=links, by=by, reason=_("from a starter"))


def requirements_in_use(by: Actor) -> dict[str, RecordKey]:
    """Keys of the requirements of ISO/IEC 42001 by number; none where the catalogue is not taken over."""
    rows = Requirement.objects.within(by.organisation).filter(
        framework__catalogue=CATALOGUE,
        framework__origin=Framework.Origin.SHIPPED,
        framework__archived_at=None,
        archived_at=None,
    )
    return {row.code: row.key for row in rows.select_related("key")}
