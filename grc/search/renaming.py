"""A tag renamed, merged into another or taken away, wherever it stands."""

from django.db import transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.registers.bulk import BulkChange, BulkRefused, Refusal, Report, change_many
from grc.registers.register import registers
from grc.search.finding import is_found
from grc.search.tags import LONGEST

RENAME_JOB = "rename-tag"


class TagRefused(ValueError):
    """The tag stays as it is; ``str()`` says why."""


def records_with(tag: str, by: Actor) -> dict[str, dict[str, int]]:
    """The records in use that have ``tag`` and that ``by`` may see: register to reference to lock."""
    found = {}
    for register in registers:
        if not by.can(register.view):
            continue
        rows = register.model.objects.permitted(by, register.view).filter(archived_at=None)
        locks = dict(rows.filter(is_found(register, "", [tag])).values_list("reference", "lock"))
        if locks:
            found[register.slug] = locks
    return found


@transaction.atomic
def rename_tag(*, tag: str, to: str, by: Actor, reason: str = "", report: Report | None = None) -> int:
    """Write ``to`` instead of ``tag`` on every record in use (empty: take it away); returns how many were changed.

    A record that has both keeps one. Raises ``TagRefused`` where one of them may not be changed: then none is.
    """
    old, new = (" ".join(text.replace("\x00", "").replace(",", " ").split()) for text in (tag, to))
    if not old or len(new) > LONGEST:
        raise TagRefused(_("A tag has at most %(n)d characters.") % {"n": LONGEST})
    if old == new:
        raise TagRefused(_("That is how it is written already."))
    change = BulkChange(remove_tags=(old,), add_tags=(new,) if new else ())
    changed, refusals = 0, list[Refusal]()
    for slug, locks in records_with(old, by).items():
        try:
            with transaction.atomic():
                done = change_many(
                    register=registers.by_slug(slug), locks=locks, change=change, by=by, reason=reason, report=report
                )
        except (BulkRefused, Denied) as error:
            refusals += error.refusals if isinstance(error, BulkRefused) else [Refusal(slug, error.reason)]
        else:
            changed += len(done)
    if refusals:
        raise TagRefused(_("The tag stays, because of these records: %(which)s") % {"which": BulkRefused(refusals)})
    return changed
