"""The verdicts on one stored record, made anew from its bytes every time that somebody looks.

Nothing here believes the database row: the row is what is compared against the bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evidence.decisions.index import FIELDS, fields_of
from evidence.tlog import checkpoint, entry, keys, merkle, tiles, verdict
from evidence.tlog.dsse import Verify, pae
from evidence.tlog.record import NO_PREVIOUS, Record, parse
from evidence.tlog.trust import Trust
from evidence.tlog.verdict import Check, Level, State

INDEX = "index"
"""The check of the database row: where it alone fails, the signed bytes are as good as ever, and so is a bundle."""


@dataclass(frozen=True)
class Held:
    """What Assay holds of one position of a log, none of it believed.

    ``raw`` and ``before``: the entries at ``seq`` and the one before, None where they can't be read (``trouble`` says
    why); ``note``: the last checkpoint that was taken in whole, ``earlier``: the one that first covered the record;
    ``tree``: the stored tree at a size and root, which refuses to be another; ``row``: what the index says, by field.
    """

    log_id: str
    seq: int
    raw: bytes | None
    before: bytes | None
    trouble: str
    ring: keys.KeyRing
    note: bytes | None
    earlier: bytes | None
    tree: Callable[[int, bytes], tiles.TileReader]
    trust: Trust
    row: Mapping[str, str] | None


@dataclass
class Examined:
    """``record`` is None where the bytes could not be read as one; ``level`` is None where anything fails."""

    checks: list[Check]
    record: Record | None = None
    kid: str = ""
    leaf: bytes = b""
    opened: checkpoint.Opened | None = None
    level: Level | None = None
    reader: tiles.TileReader | None = None

    @property
    def good(self) -> bool:
        return all(check.state is not State.FAILS for check in self.checks)

    def add(self, name: str, state: State, sentence: str) -> None:
        self.checks.append(Check(name, state, sentence))


def examine(held: Held, verify: Verify) -> Examined:
    """Check everything that can be checked about the record. Never raises for what the storage holds."""
    result = Examined([])
    if held.raw is None:
        result.add("bytes", State.FAILS, held.trouble)
    else:
        _signature(held, held.raw, verify, result)
        _chain(held, result)
    _checkpoint(held, verify, result)
    if held.raw is not None:
        _inclusion(held, held.raw, result)
    _consistency(held, verify, result)
    _row(held, result)
    result.checks.append(verdict.witness_check(result.opened, held.trust))
    result.add("completeness", State.NOT_CHECKED, verdict.LIMIT)
    if result.good:
        result.level = verdict.level(pinned=True, opened=result.opened, trust=held.trust)
    return result


def _signature(held: Held, raw: bytes, verify: Verify, result: Examined) -> None:
    result.leaf = merkle.leaf_hash(raw)
    try:
        parts = entry.decode(raw)
        key = held.ring.get(parts.key_id)
        result.kid = parts.key_id.hex()
        if key is None:
            raise ValueError(_("It is signed by the key %(kid)s, which is not one of this log’s") % {"kid": result.kid})
        if not verify(key.public_key, pae(parts.payload), parts.signature):
            raise ValueError(_("The signature does not fit the bytes: the stored record was changed or forged"))
        read = parse(parts.payload)
        held.ring.judge(key, read.ts_us)
        result.record = read
    except ValueError as error:
        result.add("signature", State.FAILS, f"{error}.")
        return
    sentence = _("Signed by key %(kid)s, which was in force at the record’s time.") % {"kid": result.kid}
    result.add("signature", State.HOLDS, sentence)


def _chain(held: Held, result: Examined) -> None:
    read = result.record
    if read is None:
        result.add("chain", State.NOT_CHECKED, _("It rests on the signature, which does not hold."))
        return
    if read.log_id != held.log_id or read.seq != held.seq:
        sentence = _("Position %(seq)s holds a record that calls itself %(own)s of %(log)s.")
        result.add("chain", State.FAILS, sentence % {"seq": held.seq, "own": read.seq, "log": read.log_id})
        return
    if held.seq and held.before is None:
        result.add("chain", State.FAILS, _("The record before it cannot be read, so its link cannot be followed."))
        return
    expected = merkle.leaf_hash(held.before).hex() if held.before is not None else NO_PREVIOUS
    if read.prev != expected:
        result.add("chain", State.FAILS, _("It follows another record than the one stored before it."))
    elif held.seq:
        sentence = _("Record %(seq)s names the hash of record %(before)s, as stored.")
        result.add("chain", State.HOLDS, sentence % {"seq": held.seq, "before": held.seq - 1})
    else:
        result.add("chain", State.HOLDS, _("It is the first record of its log."))


def _checkpoint(held: Held, verify: Verify, result: Examined) -> None:
    if held.note is None:
        result.add("checkpoint", State.NOT_CHECKED, _("No checkpoint covers this record yet."))
        return
    try:
        opened = _open(held, held.note, held.ring.public_keys(), verify)
    except checkpoint.CheckpointRefused as error:
        result.add("checkpoint", State.FAILS, f"{error}.")
        return
    size = opened.checkpoint.size
    if held.seq >= size:
        sentence = _("The last checkpoint taken in whole covers %(size)s records; this one comes after them.")
        result.add("checkpoint", State.NOT_CHECKED, sentence % {"size": size})
        return
    result.opened = opened
    sentence = _("The log signed that it had %(size)s records under one root hash.")
    result.add("checkpoint", State.HOLDS, sentence % {"size": size})


def _open(held: Held, note: bytes, public_keys: Sequence[bytes], verify: Verify) -> checkpoint.Opened:
    witnesses = [witness.key for witness in held.trust.witnesses]
    return checkpoint.open_signed(note, held.log_id, public_keys, verify, witnesses)


def _inclusion(held: Held, raw: bytes, result: Examined) -> None:
    if result.opened is None:
        result.add("inclusion", State.NOT_CHECKED, _("There is no checkpoint to look it up in."))
        return
    point = result.opened.checkpoint
    try:
        result.reader = held.tree(point.size, point.root)
        path = merkle.inclusion_proof(held.seq, point.size, result.reader.hash_at)
        merkle.verify_inclusion(merkle.leaf_hash(raw), held.seq, point.size, path, point.root)
    except (ValueError, OSError) as error:
        result.add("inclusion", State.FAILS, _("The record is not in the tree: %(why)s.") % {"why": error})
        return
    sentence = _("%(count)s hashes lead from this record to the checkpoint’s root.")
    result.add("inclusion", State.HOLDS, sentence % {"count": len(path)})


def _consistency(held: Held, verify: Verify, result: Examined) -> None:
    if held.earlier is None or result.opened is None or result.reader is None:
        result.add("consistency", State.NOT_CHECKED, _("There is no earlier checkpoint to compare with."))
        return
    try:
        # a key that was ended since could still sign a checkpoint then
        old = _open(held, held.earlier, [key.public_key for key in held.ring], verify).checkpoint
        if old.size > result.reader.size or merkle.root_at(old.size, result.reader.hash_at) != old.root:
            raise ValueError(
                _("the log’s first %(size)s records are not those it signed for then") % {"size": old.size}
            )
    except (ValueError, OSError) as error:
        result.add("consistency", State.FAILS, _("History was changed: %(why)s.") % {"why": error})
        return
    sentence = _("The tree of %(old)s records that was seen first is the beginning of the tree of %(new)s.")
    result.add("consistency", State.HOLDS, sentence % {"old": old.size, "new": result.reader.size})


def _row(held: Held, result: Examined) -> None:
    if held.row is None or result.record is None:
        result.add(INDEX, State.NOT_CHECKED, _("There is nothing to compare the index with."))
        return
    signed = fields_of(result.record)
    different = [
        _("%(field)s is %(index)s in the index and %(signed)s in the signed record")
        % {"field": FIELDS[name], "index": held.row[name] or "–", "signed": value or "–"}
        for name, value in signed.items()
        if held.row[name] != value
    ]
    if different:
        sentence = _("The database was changed behind the record: %(what)s. The signed record is what counts.")
        result.add(INDEX, State.FAILS, sentence % {"what": "; ".join(different)})
        return
    result.add(INDEX, State.HOLDS, _("What the database says of this record is what the signed bytes say."))
