"""What the records say about a clause or control already: a hint for whoever answers, never the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.models.approval import Review
from grc.registers.register import registers


@dataclass(frozen=True)
class Source:
    """Records of ``register`` that bear on a clause; ``signed``: those alone of which a version is approved."""

    register: str
    narrowed: tuple[tuple[str, object], ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class Hint:
    text: str
    url: str


POLICY = Source("documents", (("kind", "policy"),))
SIGNED_POLICY = replace(POLICY, signed=True)


@cache
def sources() -> Mapping[str, Source]:
    """By number, where to look."""
    return {
        "4.1": Source("issues"),
        "4.2": Source("parties"),
        "4.3": Source("scope", signed=True),
        "4.4": Source("processes"),
        "5.1": Source("commitments"),
        "5.2": SIGNED_POLICY,
        "5.3": Source("responsibilities"),
        "6.1.1": Source("risk-criteria", signed=True),
        "6.1.2": Source("risks"),
        "6.1.3": Source("treatment-plans", signed=True),
        "6.1.4": Source("impact-assessments"),
        "6.2": Source("objectives"),
        "6.3": Source("planned-changes"),
        "7.1": Source("commitments"),
        "7.2": Source("competences"),
        "7.3": Source("campaigns"),
        "7.4": Source("communications"),
        "7.5.1": Source("documents"),
        "7.5.2": Source("documents", signed=True),
        "8.2": Source("risks", (("review_on__isnull", False),)),
        "8.3": Source("treatments"),
        "8.4": Source("impact-assessments", signed=True),
        "10.1": Source("improvements"),
        "10.2": Source("nonconformities"),
        "A.2.2": SIGNED_POLICY,
        "A.2.4": POLICY,
        "A.3.2": Source("responsibilities"),
        "A.4.2": Source("resources"),
        "A.4.3": Source("components", (("kind", "dataset"),)),
        "A.4.4": Source("components", (("kind", "tool"),)),
        "A.4.5": Source("resources", (("kind", "computing"),)),
        "A.4.6": Source("competences"),
        "A.5.2": Source("impact-assessments"),
        "A.5.3": Source("impact-assessments", signed=True),
        "A.6.1.2": Source("objectives"),
        "A.6.2.8": Source("sources"),
        "A.8.5": Source("communications"),
        "A.9.3": Source("objectives"),
        "A.9.4": Source("ai-systems"),
        "A.10.4": Source("parties"),
    }


def hints(codes: Iterable[str], actor: Actor) -> dict[str, Hint]:
    """What is there for these numbers, as far as the actor may see it. One query for each kind of source."""
    asked = {code: sources()[code] for code in codes if code in sources()}
    counts = {source: _count(source, actor) for source in dict.fromkeys(asked.values())}
    return {code: _hint(source, counts[source], actor) for code, source in asked.items() if counts[source]}


def _count(source: Source, actor: Actor) -> int:
    register = registers.by_slug(source.register)
    if not actor.can(register.view):
        return 0
    rows = register.model.objects.permitted(actor, register.view).filter(archived_at=None, **dict(source.narrowed))
    if source.signed:
        approved = Review.objects.within(actor.organisation).filter(key=OuterRef("pk"), state=Review.State.APPROVED)
        rows = rows.filter(Q(Exists(approved)))
    count: int = rows.count()
    return count


def _hint(source: Source, count: int, actor: Actor) -> Hint:
    register = registers.by_slug(source.register)
    if source.signed:
        text = ngettext("%(n)d approved, among “%(register)s”", "%(n)d approved, among “%(register)s”", count)
    else:
        text = ngettext("%(n)d record in “%(register)s”", "%(n)d records in “%(register)s”", count)
    said = text % {"n": count, "register": str(register.plural)}
    slug = actor.organisation.slug
    query = "".join(f"?{name}={value}" for name, value in source.narrowed if name in register.filters)
    return Hint(_("There is something: %(what)s.") % {"what": said}, register.list_url(slug) + query)
