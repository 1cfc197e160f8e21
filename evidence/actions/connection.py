"""Is this the log that was meant, and can it be pulled?"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.ingest import signature
from evidence.ingest.client import LogClient, SourceUnreachable, WellKnown
from evidence.ingest.head import witnesses_of
from evidence.models.source import Source, SourceHead
from evidence.tlog import checkpoint
from evidence.tlog.keys import Key
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent


@dataclass(frozen=True)
class Check:
    """One line of a connection test; ``good`` None: cannot be judged."""

    name: str
    good: bool | None
    sentence: str


def check_connection(*, source: Source, by: Actor) -> list[Check]:
    """Ask the source for its document and checkpoint and compare them with what was pinned. Raises ``Denied``."""
    require(by, Permission.SOURCES_EDIT, source)
    checks: list[Check] = []
    try:
        with LogClient(source, timeout=8.0) as client:
            known = client.well_known()
            checks.append(
                Check(_("Reachable"), good=True, sentence=_("The source answers at %(url)s.") % {"url": source.url})
            )
            checks += [_check_origin(source, known), _check_key(source, known), _check_clock(known)]
            checks += _check_checkpoint(source, known, client.checkpoint())
    except SourceUnreachable as error:
        checks.append(Check(_("Reachable"), good=False, sentence=str(error)))
    record_activity(
        by=by,
        verb=ActivityEvent.Verb.VIEWED,
        record=source.key,
        detail=_("tested the connection: %(bad)d of %(all)d checks failed")
        % {"bad": sum(check.good is False for check in checks), "all": len(checks)},
    )
    return checks


def _check_origin(source: Source, known: WellKnown) -> Check:
    if known.origin == source.origin:
        return Check(
            _("Log id"),
            good=True,
            sentence=_("The log calls itself %(origin)s, as entered.") % {"origin": known.origin},
        )
    sentence = _("The log calls itself %(theirs)s, not %(ours)s.") % {"theirs": known.origin, "ours": source.origin}
    return Check(_("Log id"), good=False, sentence=sentence)


def _check_key(source: Source, known: WellKnown) -> Check:
    pinned = bytes.fromhex(source.pinned_key)
    if any(key.public_key == pinned for key in known.keys):
        sentence = _("The pinned key is among the log's. Compare it with its operator: %(fingerprint)s")
        return Check(_("Pinned key"), good=True, sentence=sentence % {"fingerprint": source.fingerprint})
    theirs = ", ".join(key.fingerprint for key in known.keys[:3])
    sentence = _("The pinned key is not among the log's keys, which are %(theirs)s. Ask the operator by another way.")
    return Check(_("Pinned key"), good=False, sentence=sentence % {"theirs": theirs or _("none")})


def _check_clock(known: WellKnown) -> Check:
    try:
        theirs = parsedate_to_datetime(known.date)
        skew = abs((timezone.now() - theirs).total_seconds())
    except (TypeError, ValueError):
        return Check(_("Clock"), good=None, sentence=_("The source does not say what time it is."))
    sentence = _("The source's clock differs from ours by %(seconds)d s.") % {"seconds": round(skew)}
    return Check(_("Clock"), skew <= 120, sentence)


def _check_checkpoint(source: Source, known: WellKnown, raw: bytes) -> list[Check]:
    ours = [Key(bytes.fromhex(source.pinned_key)).public_key]
    ours += [key.public_key for key in known.keys if _was_brought_by_the_log(source, key)]
    try:
        opened = checkpoint.open_signed(raw, source.origin, ours, signature.verify, witnesses_of(source))
    except checkpoint.CheckpointRefused as refused:
        return [Check(_("Checkpoint"), good=False, sentence=f"{refused}.")]
    size = _("The checkpoint is signed by a known key and covers %(n)d records.") % {"n": opened.checkpoint.size}
    checks = [Check(_("Checkpoint"), good=True, sentence=size)]
    if source.witness_key:
        good = bool(opened.witnesses)
        sentence = _("%(name)s has cosigned it.") if good else _("%(name)s has not cosigned it.")
        checks.append(Check(_("Witness"), good=good, sentence=sentence % {"name": source.witness_name}))
    return checks


def _was_brought_by_the_log(source: Source, key: Key) -> bool:
    """Whether a key was brought by a rotation in the log as far as it was taken in."""
    head = SourceHead.objects.within(source.organisation).filter(source=source).first()
    return head is not None and any(one["kid"] == key.kid for one in (head.chain or {}).get("keys", ()))
