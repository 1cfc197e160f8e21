"""What nobody may do to our list by whatever way: form, API, import, bulk change or archive."""

from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.models.record import Record
from grc.registries import saved
from vendors.models import Subprocessor, SubprocessorChange, SubprocessorNotice


@saved.add(order=60)
def keep_listed(record: Record, by: Actor) -> None:
    """Nothing leaves the list, or the announcement of a change, by being archived."""
    if record.archived_at is None:
        return
    if isinstance(record, Subprocessor) and record.state == Subprocessor.State.CURRENT:
        raise Denied(_("It is on the list. It leaves by a change that is announced."))
    if isinstance(record, Subprocessor) and record.changes.filter(state=SubprocessorChange.State.ANNOUNCED).exists():
        raise Denied(_("Its change is announced. Withdraw that first."))
    if isinstance(record, SubprocessorChange) and record.state == SubprocessorChange.State.ANNOUNCED:
        raise Denied(_("It is announced. Withdraw it: whoever was told has to know."))
    if isinstance(record, SubprocessorNotice) and record.change.state == SubprocessorChange.State.ANNOUNCED:
        raise Denied(_("Its change is announced: who was told stays on record."))
