"""The organisation's own record of a requirement that a finding names."""

from collections.abc import Iterable
from dataclasses import dataclass

from controls.catalogues.shipped import catalogue
from controls.citations.citation import Finding
from controls.models import Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission


@dataclass(frozen=True)
class Shown:
    """A finding as a person sees it; ``right``: with the name of its framework; ``requirement``: None if not in use."""

    finding: Finding
    right: str
    requirement: Requirement | None


def with_requirements(findings: Iterable[Finding], actor: Actor) -> list[Shown]:
    """Each finding with the requirement that it leads to, as far as ``actor`` may see it. One query, none for none."""
    found = list(findings)
    rights = {(each.framework, each.right) for each in found if each.right}
    known = _requirements(rights, actor) if rights else {}
    return [
        Shown(
            each,
            f"{catalogue(each.framework).short} {each.right}" if each.right else "",
            known.get((each.framework, each.right)),
        )
        for each in found
    ]


def _requirements(rights: set[tuple[str, str]], actor: Actor) -> dict[tuple[str, str], Requirement]:
    rows = Requirement.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(
        framework__catalogue__in={framework for framework, _code in rights},
        framework__archived_at=None,
        archived_at=None,
        code__in={code for _framework, code in rights},
    )
    return {(row.framework.catalogue, row.code): row for row in rows.select_related("framework")}
