"""Judging mappings: somebody who knows says whether two requirements correspond."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from controls.models import Mapping
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record

MOST_REMARKS = Mapping._meta.get_field("remarks").max_length or 2000


class NotJudged(ValueError):
    """This is no judgement; ``field`` says what of it is wrong, ``str()`` why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def judge_mappings(*, mappings: Sequence[Mapping], standing: str, remarks: str = "", by: Actor) -> list[Mapping]:
    """Give all of ``mappings`` the same standing, or none.

    Raises ``NotJudged``, ``StaleRecord`` where somebody else saved one since it was read, ``Denied``.
    """
    require(by, Permission.FRAMEWORKS_EDIT)
    if not mappings:
        raise NotJudged("mapping", _("Choose at least one mapping."))
    return [judge_mapping(mapping=mapping, standing=standing, remarks=remarks, by=by) for mapping in mappings]


@transaction.atomic
def judge_mapping(*, mapping: Mapping, standing: str, remarks: str = "", by: Actor) -> Mapping:
    """Confirm or reject a mapping, or make it a proposal again. ``remarks`` are put below those that stand there.

    Its history keeps who, when and why. Raises ``NotJudged``, ``StaleRecord``, ``Denied``.
    """
    said = remarks.replace("\x00", "").strip()
    if standing not in Mapping.Standing.values:
        raise NotJudged("standing", _("Say whether it is confirmed, rejected or proposed."))
    if standing == Mapping.Standing.REJECTED and not said:
        raise NotJudged("remarks", _("Say why it is rejected: somebody will propose it again."))
    together = "\n".join(text for text in (mapping.remarks, said) if text)
    if len(together) > MOST_REMARKS:
        text = _("The remarks of %(reference)s would have more than %(most)d characters.")
        raise NotJudged("remarks", text % {"reference": mapping.reference, "most": MOST_REMARKS})
    mapping.standing, mapping.remarks = standing, together
    return change_record(record=mapping, by=by, lock=mapping.lock, reason=said[:100])
