"""Every attack is named with its place and what to do; what was good stays, what follows is held, once."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from evidence.actions.sources import run_pull
from evidence.ingest.head import head_of
from evidence.ingest.hold import received_bytes
from evidence.models import DecisionRow, Quarantined, Source, SourceAlarm
from evidence.tlog import checkpoint, entry, moment, tiles
from grc.actions.outbox import deliver_due
from grc.models import ActivityEvent
from tests.evidence.ingest.served_log import Lines, ServedLog
from tests.evidence.tlog.honest_log import (
    OTHER_BOOT,
    START,
    HonestLog,
    decision,
    key_of,
    of_decisions,
    rotation,
    signed,
    signer,
)

pytestmark = pytest.mark.django_db
Connect = Callable[..., Source]
Attack = Callable[[ServedLog], None]
BAD = 14


def line(seq: int, raw: bytes) -> bytes:
    return entry.to_line(seq, raw).rstrip(b"\n")


def on_page(change: Callable[[dict[int, bytes]], list[bytes]]) -> Attack:
    """An attack on pages: ``change`` gets the honest lines by position."""

    def attack(served: ServedLog) -> None:
        def tamper(first: int, lines: Lines) -> Lines:
            return change(dict(enumerate(lines, first)))

        served.tamper = tamper

    return attack


def changed_body(raw: bytes) -> bytes:
    parts = entry.decode(raw)
    return entry.encode(parts._replace(payload=parts.payload.replace(b'"allow"', b'"error"')))


def field_changed(served: ServedLog) -> None:
    bad = line(BAD, changed_body(served.log.entries[BAD]))
    on_page(lambda lines: [bad if seq == BAD else one for seq, one in lines.items()])(served)


def deleted(served: ServedLog) -> None:
    on_page(lambda lines: [one for seq, one in lines.items() if seq != BAD])(served)


def inserted(served: ServedLog) -> None:
    forged = signed(served.log.payload(decision(99)) | {"seq": BAD}, "stranger")
    on_page(
        lambda lines: [two for seq, one in lines.items() for two in ([line(BAD, forged)] if seq == BAD else []) + [one]]
    )(served)


def swapped(served: ServedLog) -> None:
    def swap(lines: dict[int, bytes]) -> list[bytes]:
        if {BAD, BAD + 1} <= lines.keys():
            lines[BAD], lines[BAD + 1] = lines[BAD + 1], lines[BAD]
        return list(lines.values())

    on_page(swap)(served)


def swapped_and_renumbered(served: ServedLog) -> None:
    entries = served.log.entries
    other = {BAD: line(BAD, entries[BAD + 1]), BAD + 1: line(BAD + 1, entries[BAD])}
    on_page(lambda lines: [other.get(seq, one) for seq, one in lines.items()])(served)


def doubled(served: ServedLog) -> None:
    twin = line(BAD, changed_body(served.log.entries[BAD]))

    def double(lines: dict[int, bytes]) -> list[bytes]:
        after = max(BAD + 1, min(lines))
        return [two for seq, one in lines.items() for two in ([twin] if seq == after else []) + [one]]

    on_page(double)(served)


def replayed(served: ServedLog) -> None:
    old = [line(seq, raw) for seq, raw in enumerate(served.log.entries[:10])]
    served.tamper = lambda first, lines: old


def history_changed(served: ServedLog) -> None:
    old = [line(3, changed_body(served.log.entries[3]))]
    served.tamper = lambda first, lines: old


def tail_cut(served: ServedLog) -> None:
    on_page(lambda lines: [one for seq, one in lines.items() if seq < 17])(served)


def rolled_back(served: ServedLog) -> None:
    served.note = served.log.checkpoint_note(size=7)


def forked(served: ServedLog) -> None:
    point = checkpoint.Checkpoint(served.log.log_id, 10, bytes(32))
    served.note = checkpoint.sign(point, [(key_of("first").public_key, signer("first"))])


def rewritten(served: ServedLog) -> None:
    served.log = HonestLog()
    for number in range(20):
        served.log.append(decision(number, outcome="error"))


def other_branch(served: ServedLog) -> None:
    """Records that are signed and chained well, of another tree than the one that was signed."""
    branch = HonestLog()
    for raw in served.log.entries[:BAD]:
        branch.append_raw(raw)
    for number in range(BAD, 20):
        branch.append(decision(number, outcome="error"))
    other = {seq: line(seq, raw) for seq, raw in enumerate(branch.entries)}
    on_page(lambda lines: [other[seq] for seq in lines])(served)


def checkpoint_by_a_stranger(served: ServedLog) -> None:
    served.note = served.log.checkpoint_note(["stranger"])


def checkpoint_garbled(served: ServedLog) -> None:
    served.note = b"{}"


def wrong_log(served: ServedLog) -> None:
    served.origin = "proxy-2.acme.example/decisions"


def at_bad(make: Callable[[HonestLog], bytes]) -> Attack:
    """An attack by the recorder itself: it signs the record at ``BAD`` and goes on over it."""

    def attack(served: ServedLog) -> None:
        log = of_decisions(BAD)
        log.append_raw(make(log))
        while len(log.entries) < 20:
            log.append(decision(len(log.entries)))
        served.log = log

    return attack


def raw_payload(log: HonestLog, old: bytes, new: bytes) -> bytes:
    body = json.dumps(log.payload(decision(BAD)), separators=(",", ":")).encode()
    assert old in body
    return signed(body.replace(old, new))


def by_revoked_key(served: ServedLog) -> None:
    log = of_decisions(12)
    log.append(rotation(log, "second", end="first", why="compromised"))
    log.append(decision(13), "second")
    log.key = "second"
    log.append(decision(14), "first")
    while len(log.entries) < 20:
        log.append(decision(len(log.entries)))
    served.log = log


def by_lower_algorithm(served: ServedLog) -> None:
    log = of_decisions(BAD)
    body = rotation(log, "second")
    body["key"]["alg"] = "none"
    log.append(body)
    while len(log.entries) < 20:
        log.append(decision(len(log.entries)))
    served.log = log


ATTACKS: dict[str, tuple[Attack, str, int, int]] = {
    "field changed": (field_changed, "signature", BAD, BAD),
    "deleted in the middle": (deleted, "missing", BAD + 1, BAD),
    "inserted": (inserted, "unknown_key", BAD, BAD),
    "swapped": (swapped, "missing", BAD + 1, BAD),
    "swapped and renumbered": (swapped_and_renumbered, "missing", BAD, BAD),
    "one position, two bodies": (doubled, "changed_history", BAD, BAD + 1),
    "an old page again": (replayed, "replayed", 0, 10),
    "history changed": (history_changed, "changed_history", 3, 10),
    "tail cut": (tail_cut, "tail_cut", 17, 17),
    "rolled back": (rolled_back, "rolled_back", 7, 10),
    "fork": (forked, "fork", 10, 10),
    "rewritten": (rewritten, "rewritten", 10, 10),
    "other branch": (other_branch, "root_differs", BAD, BAD),
    "checkpoint by a stranger": (checkpoint_by_a_stranger, "checkpoint_refused", 10, 10),
    "checkpoint garbled": (checkpoint_garbled, "checkpoint_refused", 10, 10),
    "wrong log": (wrong_log, "wrong_log", 10, 10),
    "revoked key": (by_revoked_key, "key_revoked", BAD, BAD),
    "algorithm none": (by_lower_algorithm, "algorithm", BAD, BAD),
    "foreign key": (at_bad(lambda log: signed(log.payload(decision(BAD)), "stranger")), "unknown_key", BAD, BAD),
    "other log's record": (
        at_bad(lambda log: signed(log.payload(decision(BAD)) | {"log_id": "other.example/log"})),
        "wrong_log",
        BAD,
        BAD,
    ),
    "chain broken": (
        at_bad(lambda log: signed(log.payload(decision(BAD)) | {"prev": "0" * 64})),
        "chain_broken",
        BAD,
        BAD,
    ),
    "future": (
        at_bad(lambda log: signed(log.payload(decision(BAD)) | {"ts": "2031-01-01T00:00:00.000000Z"})),
        "future",
        BAD,
        BAD,
    ),
    "backdated": (
        at_bad(lambda log: signed(log.payload(decision(BAD)) | {"ts": moment.to_text(START - moment.DAY)})),
        "backdated",
        BAD,
        BAD,
    ),
    "restart without its gap": (
        at_bad(lambda log: signed(log.payload(decision(BAD)) | {"boot_id": OTHER_BOOT})),
        "restart_undeclared",
        BAD,
        BAD,
    ),
    "key twice": (at_bad(lambda log: raw_payload(log, b'{"v":1', b'{"v":1,"v":1')), "malformed_record", BAD, BAD),
    "NaN": (at_bad(lambda log: raw_payload(log, b'"v":1', b'"v":NaN')), "malformed_record", BAD, BAD),
    "1e999": (at_bad(lambda log: raw_payload(log, b'"v":1', b'"v":1e999')), "malformed_record", BAD, BAD),
    "NUL": (at_bad(lambda log: raw_payload(log, b'"POL-7"', b'"POL\\u0000"')), "malformed_record", BAD, BAD),
    "half a surrogate": (
        at_bad(lambda log: raw_payload(log, b'"POL-7"', b'"\\ud800"')),
        "malformed_record",
        BAD,
        BAD,
    ),
    "too deep": (
        at_bad(lambda log: raw_payload(log, b'{"v":1', b'{"x":' + b"[" * 90 + b"]" * 90 + b',"v":1')),
        "malformed_record",
        BAD,
        BAD,
    ),
}
BY_THE_RECORDER = {
    name for name, (attack, *_) in ATTACKS.items() if attack in (by_revoked_key, by_lower_algorithm)
    or attack.__qualname__.startswith("at_bad")
}  # fmt: skip
"""What the recorder itself signed cannot be taken back: another history at the same size is a fork."""

LINES = {
    "key twice": b'{"seq":14,"seq":14,"kid":"00","payload_b64":"","sig_b64":""}',
    "no JSON": b"\xff\xfe",
    "NaN": b'{"seq":NaN}',
    "deep": b"[" * 5000,
    "over-long": b'{"seq":14,"kid":"'
    + b"0" * 32
    + b'","payload_b64":"'
    + b64encode(bytes(33_000))
    + b'","sig_b64":""}',
    "5,000 digits": b'{"seq":' + b"1" * 5000 + b"}",
}


def grown(served: ServedLog) -> None:
    for number in range(10, 20):
        served.log.append(decision(number))


def rows_of(source: Source) -> list[int]:
    rows = DecisionRow.objects.within(source.organisation).filter(source=source)
    return list(rows.order_by("seq").values_list("seq", flat=True))


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_named_held_and_settled_once_mended(
    name: str, served: ServedLog, connect: Connect, actor_of: Callable[..., Any]
) -> None:
    attack, reason, position, good = ATTACKS[name]
    listeners = [actor_of("platform-engineer"), actor_of("compliance-officer")]
    actor_of("reader")
    source = connect(served)
    run_pull(source=source)
    grown(served)
    honest = served.log
    attack(served)
    for _ in range(3):
        run_pull(source=source)

    head = head_of(source)
    assert (head.state, head.next_seq) == ("alarmed", good)
    assert rows_of(source) == list(range(good))
    finding = Quarantined.unscoped.get(source=source, is_finding=True)
    assert (finding.reason, finding.first_seq, finding.resolved_at) == (reason, position, None)
    assert finding.what
    assert finding.advice
    alarm = SourceAlarm.unscoped.get(source=source, closed_at=None)
    assert (alarm.code, alarm.position) == (reason, position)
    assert source.reference in alarm.summary
    assert ActivityEvent.unscoped.filter(verb="alarmed", record=source.key).count() == 1
    deliver_due()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(a.person.email for a in listeners)
    held = list(Quarantined.unscoped.filter(source=source, is_finding=False).order_by("first_seq"))
    assert head.held == sum(row.count for row in held)
    positions = [seq for row in held for seq in range(row.first_seq, row.last_seq + 1)]
    assert len(positions) == len(set(positions)), "held twice"

    served.log, served.note, served.tamper, served.origin = honest, None, lambda first, lines: lines, honest.log_id
    run_pull(source=source)
    head = head_of(source)
    if name in BY_THE_RECORDER:
        assert (head.state, head.next_seq) == ("alarmed", good)
        later = "checkpoint_refused" if name == "revoked key" else "fork"
        assert Quarantined.unscoped.filter(source=source, reason=later, resolved_at=None).exists()
        return
    assert (head.state, head.next_seq, head.held, head.error) == ("ok", 20, 0, "")
    assert rows_of(source) == list(range(20))
    assert not Quarantined.unscoped.filter(source=source, resolved_at=None).exists()
    assert not SourceAlarm.unscoped.filter(source=source, closed_at=None).exists()


@pytest.mark.parametrize("name", LINES)
def test_line_that_is_no_entry_is_held_as_received(name: str, served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    grown(served)
    on_page(lambda lines: [LINES[name] if seq == BAD else one for seq, one in lines.items()])(served)
    run_pull(source=source)
    finding = Quarantined.unscoped.get(source=source, is_finding=True)
    assert (finding.reason, finding.first_seq) == ("malformed_entry", BAD)
    assert received_bytes(finding) == LINES[name]
    assert rows_of(source) == list(range(BAD))


def test_what_follows_a_finding_is_held_as_received(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    grown(served)
    field_changed(served)
    run_pull(source=source)
    held = Quarantined.unscoped.get(source=source, is_finding=False)
    assert (held.first_seq, held.last_seq) == (BAD + 1, 19)
    honest = [line(seq, served.log.entries[seq]) for seq in range(BAD + 1, 20)]
    assert received_bytes(held).splitlines() == honest
    for number in range(20, 25):
        served.log.append(decision(number))
    run_pull(source=source)
    assert head_of(source).held == 10


def test_held_records_that_were_taken_in_since_count_no_more(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    grown(served)
    field_changed(served)
    run_pull(source=source)
    assert head_of(source).held == 5
    for number in range(20, 30):
        served.log.append(decision(number))
    later = line(24, changed_body(served.log.entries[24]))
    on_page(lambda lines: [later if seq == 24 else one for seq, one in lines.items()])(served)
    run_pull(source=source)
    head = head_of(source)
    assert (head.next_seq, head.held) == (24, 5)


def test_first_contact_with_a_forger_takes_nothing_in(served: ServedLog, connect: Connect) -> None:
    source = connect(served, pinned_key=key_of("stranger").public_key.hex())
    run_pull(source=source)
    assert rows_of(source) == []
    assert head_of(source).state == "alarmed"
    assert Quarantined.unscoped.get(source=source, is_finding=True).reason == "checkpoint_refused"


def test_head_cut_after_it_was_taken_in_is_an_alarm_and_no_loss(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    run_pull(source=source)
    grown(served)
    served.min_index = 4
    run_pull(source=source)
    run_pull(source=source)
    assert rows_of(source) == list(range(20))
    alarm = SourceAlarm.unscoped.get(source=source, closed_at=None)
    assert (alarm.code, alarm.position) == ("head_cut", 4)


def test_page_longer_than_asked_for_is_no_answer(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    served.tamper = lambda first, lines: lines * 3
    run_pull(source=source)
    head = head_of(source)
    assert (head.state, head.next_seq) == ("unreachable", 0)
    assert "at most 10 were asked for" in head.error


def test_attack_in_a_later_batch_keeps_the_batches_before(
    served: ServedLog, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidence.ingest.pull.BATCH", 256)
    while len(served.log.entries) < 900:
        served.log.append(decision(len(served.log.entries)))
    bad = line(700, changed_body(served.log.entries[700]))
    on_page(lambda lines: [bad if seq == 700 else one for seq, one in lines.items()])(served)
    source = connect(served)
    run_pull(source=source)
    head = head_of(source)
    assert (head.state, head.next_seq, head.held) == ("alarmed", 700, 199)
    assert rows_of(source) == list(range(700))


def test_rollback_below_a_checkpoint_whose_pull_never_ended(
    served: ServedLog, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidence.ingest.pull.BATCH", 256)
    while len(served.log.entries) < 1500:
        served.log.append(decision(len(served.log.entries)))
    source = connect(served)
    honest = served.answer

    def dies(path: str, token: str) -> tuple[int, bytes]:
        return (503, b"") if "after_seq=999" in path else honest(path, token)

    monkeypatch.setattr(served, "answer", dies)
    run_pull(source=source)
    assert (head_of(source).next_seq, head_of(source).state) == (768, "unreachable")
    monkeypatch.setattr(served, "answer", honest)
    served.note = served.log.checkpoint_note(size=1200)
    run_pull(source=source)
    finding = Quarantined.unscoped.get(source=source, is_finding=True)
    assert (finding.reason, finding.first_seq) == ("rolled_back", 1200)


def test_attack_inside_a_bundle_is_named_like_one_on_a_page(served: ServedLog, connect: Connect) -> None:
    while len(served.log.entries) < 600:
        served.log.append(decision(len(served.log.entries)))

    def bundle(number: int) -> bytes:
        entries = served.log.entries[number * 256 : number * 256 + 256]
        if number == 1:
            entries = [*entries[:44], changed_body(entries[44]), *entries[45:]]
        return tiles.encode_entries(entries)

    served.bundle = bundle
    source = connect(served)
    run_pull(source=source)
    assert any("/tile/entries/" in path for path in served.asked)
    finding = Quarantined.unscoped.get(source=source, is_finding=True)
    assert (finding.reason, finding.first_seq, head_of(source).next_seq) == ("signature", 300, 300)
    assert received_bytes(finding) == line(300, changed_body(served.log.entries[300]))
    served.bundle = None
    run_pull(source=source)
    assert (head_of(source).state, head_of(source).next_seq) == ("ok", 600)


@pytest.mark.parametrize("torn", [b"", b"\x00", b"\xff" * 100, bytes(70_000)])
def test_torn_bundle_is_fetched_as_a_page(torn: bytes, served: ServedLog, connect: Connect) -> None:
    while len(served.log.entries) < 300:
        served.log.append(decision(len(served.log.entries)))
    served.bundle = lambda number: torn
    source = connect(served)
    run_pull(source=source)
    assert (head_of(source).state, rows_of(source)) == ("ok", list(range(300)))
