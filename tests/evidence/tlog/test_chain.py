"""The rules of one log: each attack is named with its place, and what was good stays good."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.tlog import entry, keys, merkle, moment
from evidence.tlog.chain import Accepted, Chain
from evidence.tlog.finding import REMEDIES, Finding, Reason
from tests.evidence.tlog.honest_log import (
    BOOT,
    LOG_ID,
    OTHER_BOOT,
    START,
    HonestLog,
    clock,
    completion,
    decision,
    fast_verify,
    gap,
    heartbeat,
    key_of,
    of_decisions,
    rotation,
    signed,
)

SECOND = moment.SECOND


def chain_of(log_id=LOG_ID, **options):
    return Chain(log_id, keys.KeyRing(key_of("first")), fast_verify, clock=clock, **options)


def feed(entries, chain=None, first=0):
    chain = chain or chain_of()
    return chain, [chain.feed(seq, raw) for seq, raw in enumerate(entries, first)]


def finding_of(entries, chain=None):
    """The one finding, after checking that all before is accepted and all after is in quarantine."""
    chain, results = feed(entries, chain)
    place = next(number for number, result in enumerate(results) if isinstance(result, Finding))
    assert all(isinstance(result, Accepted) for result in results[:place])
    assert all(result.reason is Reason.QUARANTINED for result in results[place + 1 :])
    assert chain.next_seq == place
    assert results[place].what.endswith(".")
    assert results[place].remedy
    return results[place]


def resealed(log, seq, key="first", **fields):
    """Entry ``seq`` with fields changed and signed again."""
    payload = json.loads(entry.decode(log.entries[seq]).payload)
    return signed({**payload, **fields}, key)


def test_honest_log_is_accepted_and_its_root_is_the_trees():
    log = HonestLog()
    for body in (decision(1), completion(1), heartbeat(), decision(2)):
        log.append(body)
    log.append(rotation(log, "second", end="first"))
    log.append(decision(3), key="second")
    log.boot_id = OTHER_BOOT
    log.append(gap(), key="second")
    log.append(decision(4), key="second")
    chain, results = feed(log.entries)
    assert [type(result) for result in results] == [Accepted] * 8
    assert [result.record.kind for result in results[:3]] == ["decision", "completion", "heartbeat"]
    assert results[5].kid == key_of("second").kid
    assert results[3].raw == log.entries[3]
    assert chain.frontier.root() == log.tree.root()
    assert (chain.next_seq, chain.boot_id, chain.last_leaf) == (8, OTHER_BOOT, merkle.leaf_hash(log.entries[-1]))


@pytest.mark.parametrize("bit", range(0, 81 * 8, 7))
def test_changed_header_is_found(bit):
    log = of_decisions(3)
    bent = bytearray(log.entries[1])
    bent[bit // 8] ^= 1 << bit % 8
    found = finding_of([log.entries[0], bytes(bent), log.entries[2]])
    assert found.seq == 1
    assert found.reason in (Reason.MALFORMED_ENTRY, Reason.UNKNOWN_KEY, Reason.SIGNATURE)


@pytest.mark.parametrize("old_new", [(b"allow", b"deny "), (b'"3"', b'"4"'), (b"}", b"} ")])
def test_changed_field_is_found(old_new):
    log = of_decisions(3)
    bent = log.entries[1][:81] + log.entries[1][81:].replace(*old_new)
    assert bent != log.entries[1]
    found = finding_of([log.entries[0], bent, log.entries[2]])
    assert (found.reason, found.seq) == (Reason.SIGNATURE, 1)
    assert "changed or forged" in found.what


def test_deleted_record_is_found_whether_positions_close_up_or_not():
    log = of_decisions(5)
    closed_up = [*log.entries[:2], *log.entries[3:]]
    found = finding_of(closed_up)
    assert (found.reason, found.seq) == (Reason.MISSING, 2)
    assert "2 was deleted or moved" in found.what
    chain, _ = feed(log.entries[:2])
    left_out = chain.feed(4, log.entries[4])
    assert (left_out.reason, left_out.seq) == (Reason.MISSING, 4)
    assert "left out 2 to 3" in left_out.what


def test_inserted_record_is_found_with_and_without_the_key():
    log = of_decisions(4)
    repeated = finding_of([*log.entries[:2], log.entries[1], *log.entries[2:]])
    assert (repeated.reason, repeated.seq) == (Reason.OUT_OF_PLACE, 2)
    forger = HonestLog(key="stranger")
    forger.entries = log.entries[:2]
    assert finding_of([*log.entries[:2], forger.append(decision(9))]).reason is Reason.UNKNOWN_KEY
    insider = of_decisions(2)
    insider.append(decision(9))
    inserted = finding_of([*insider.entries, *log.entries[2:]])
    assert (inserted.reason, inserted.seq) == (Reason.OUT_OF_PLACE, 3)


def test_swapped_records_are_found():
    log = of_decisions(4)
    found = finding_of([log.entries[0], log.entries[2], log.entries[1], log.entries[3]])
    assert (found.reason, found.seq) == (Reason.MISSING, 1)


def test_record_replaced_by_its_owner_breaks_the_chain_after_it():
    log = of_decisions(4)
    other = resealed(log, 1, outcome="deny")
    found = finding_of([log.entries[0], other, *log.entries[2:]])
    assert (found.reason, found.seq) == (Reason.CHAIN_BROKEN, 2)


def test_old_page_and_changed_history_are_told_apart():
    log = of_decisions(5)
    known = {seq: merkle.leaf_hash(raw) for seq, raw in enumerate(log.entries)}
    for seq in range(5):
        for chain in (chain_of(known_leaf=known.get), chain_of()):
            feed(log.entries, chain)
            assert chain.feed(seq, log.entries[seq]).reason is Reason.REPLAYED
            chain.resume()
            changed = chain.feed(seq, resealed(log, seq, outcome="deny")).reason
            knows = seq == 4 or chain._known_leaf is not None
            assert changed is (Reason.CHANGED_HISTORY if knows else Reason.REPLAYED)


def test_keys_out_of_force_are_refused_with_their_reason():
    log = of_decisions(1)
    log.append(rotation(log, "second", end="first"))
    late = finding_of([*log.entries, HonestLog.append(log, decision(5))])
    assert (late.reason, late.seq) == (Reason.KEY_EXPIRED, 2)
    gone = of_decisions(1)
    gone.append(rotation(gone, "second"))
    gone.append(
        {
            "kind": "key_rotation",
            "ended": [{"kid": key_of("first").kid, "at": moment.to_text(START + 3 * SECOND), "why": "compromised"}],
        },
        key="second",
    )
    gone.append(decision(6))
    assert finding_of(gone.entries).reason is Reason.KEY_REVOKED
    early = of_decisions(1)
    brought = {**rotation(early, "second")["key"], "not_before": moment.to_text(START + 100 * SECOND)}
    early.append({"kind": "key_rotation", "key": brought})
    early.append(decision(7), key="second")
    assert finding_of(early.entries).reason is Reason.KEY_NOT_YET_VALID


def test_ended_key_cannot_sign_by_dating_itself_back():
    log = of_decisions(1)
    log.append(rotation(log, "second", end="first"))
    log.append(decision(2), key="second")
    log.append({**decision(3), "ts": moment.to_text(START + SECOND)}, key="first")
    assert finding_of(log.entries).reason is Reason.KEY_EXPIRED


def test_rotation_by_a_foreign_key_is_refused():
    log = of_decisions(1)
    assert finding_of([*log.entries, log.append(rotation(log, "second"), key="second")]).reason is Reason.UNKNOWN_KEY


@pytest.mark.parametrize("alg", ["none", "None", "", "ed25519", "HS256", "Ed448", "RS256", "EdDSA"])
def test_rotation_to_another_algorithm_is_refused(alg):
    log = of_decisions(1)
    body = rotation(log, "second")
    body["key"]["alg"] = alg
    log.append(body)
    assert finding_of(log.entries).reason is Reason.ALGORITHM


def test_rotation_that_cannot_stand_is_refused():
    log = of_decisions(1)
    first, now = key_of("first").kid, START + SECOND
    brought = rotation(log, "second")["key"]
    cases = [
        {"key": key_of("first", not_before=now).to_json()},
        {"key": {**brought, "not_before": moment.to_text(now - 1)}},
        {"key": {**brought, "kid": "0" * 32}},
        {"key": {**brought, "public_key": "AAAA"}},
        {"key": {**brought, "public_key": "not base64"}},
        {"ended": [{"kid": first, "at": moment.to_text(now), "why": "rotated"}]},
        {"key": brought, "ended": [{"kid": first, "at": moment.to_text(now - 1), "why": "rotated"}]},
        {"key": brought, "ended": [{"kid": "0" * 32, "at": moment.to_text(now), "why": "rotated"}]},
    ]
    for fields in cases:
        other = of_decisions(1)
        other.append({"kind": "key_rotation", **fields})
        assert finding_of(other.entries).reason is Reason.ROTATION, fields


def test_record_of_another_log_is_refused():
    log = HonestLog("proxy-2.acme.example/decisions")
    log.append(decision(1))
    assert finding_of(log.entries).reason is Reason.WRONG_LOG


def test_signed_but_malformed_record_is_refused():
    log = of_decisions(1)
    good = log.payload(decision(2))
    for payload in (b"{}", b"not json", json.dumps(good).replace('"v": 1', '"v": 1, "v": 1').encode(), b"[1e999]"):
        assert finding_of([*log.entries, signed(payload)]).reason is Reason.MALFORMED_RECORD


def test_overlong_and_empty_entries_are_refused():
    for raw in (b"", bytes(81), log_entry() + b" " * 33_000):
        assert finding_of([raw]).reason is Reason.MALFORMED_ENTRY


def log_entry():
    return of_decisions(1).entries[0]


def test_future_and_backdated_records_are_refused_beyond_tolerance_only():
    def dated(*offsets):
        log = HonestLog()
        for number, offset in enumerate(offsets):
            log.append({**decision(number), "ts": moment.to_text(offset)})
        return log.entries

    now = clock()
    assert finding_of(dated(now + 300 * SECOND + 1)).reason is Reason.FUTURE
    assert finding_of(dated(START, START - 5 * SECOND - 1)).reason is Reason.BACKDATED
    _, results = feed(dated(now + 300 * SECOND, now + 295 * SECOND))
    assert all(isinstance(result, Accepted) for result in results)


def test_restart_must_be_declared_by_a_gap_that_names_the_boot_before():
    for first, reason in [(decision(9), Reason.RESTART_UNDECLARED), (gap(OTHER_BOOT), Reason.RESTART_UNDECLARED)]:
        log = of_decisions(2)
        log.boot_id = OTHER_BOOT
        log.append(first)
        assert finding_of(log.entries).reason is reason
    log = of_decisions(2)
    log.boot_id = OTHER_BOOT
    log.append({**gap(BOOT), "ts": moment.to_text(START - 24 * 3600 * SECOND)})
    log.append({**decision(9), "ts": moment.to_text(START - 24 * 3600 * SECOND)})
    assert all(isinstance(result, Accepted) for result in feed(log.entries)[1])


def test_after_the_operator_mends_the_log_goes_on_where_it_was_good():
    log = of_decisions(6)
    bent = [*log.entries[:3], log.entries[3][:-1] + b" ", *log.entries[4:]]
    chain, _ = feed(bent)
    assert chain.finding.seq == 3
    assert chain.feed(3, log.entries[3]).reason is Reason.QUARANTINED
    chain.resume()
    _, results = feed(log.entries[3:], chain, first=3)
    assert all(isinstance(result, Accepted) for result in results)
    assert chain.frontier.root() == log.tree.root()


def test_refused_record_changes_nothing():
    log = of_decisions(2)
    log.append(rotation(log, "second"))
    chain, _ = feed(log.entries[:2])
    before = chain.to_json()
    broken = resealed(log, 2, prev="1" * 64)
    assert chain.feed(2, broken).reason is Reason.CHAIN_BROKEN
    chain.resume()
    assert chain.to_json() == before


@pytest.mark.parametrize("stop", range(8))
def test_state_stored_as_json_and_resumed_anywhere_gives_the_same(stop):
    log = of_decisions(3)
    log.append(rotation(log, "second", end="first"))
    log.boot_id = OTHER_BOOT
    for body in (gap(), decision(7), decision(8)):
        log.append(body, key="second")
    straight, _ = feed(log.entries)
    chain, _ = feed(log.entries[:stop])
    stored = json.dumps(chain.to_json())
    resumed = Chain.from_json(json.loads(stored), fast_verify, clock=clock)
    _, results = feed(log.entries[stop:], resumed, first=stop)
    assert all(isinstance(result, Accepted) for result in results)
    assert resumed.to_json() == straight.to_json()


def test_finding_survives_storage():
    chain, _ = feed([b""])
    resumed = Chain.from_json(json.loads(json.dumps(chain.to_json())), fast_verify, clock=clock)
    assert resumed.finding == chain.finding
    assert resumed.feed(0, log_entry()).reason is Reason.QUARANTINED


def test_every_reason_has_a_remedy():
    assert set(REMEDIES) == set(Reason)
    assert all(text.endswith(".") for text in REMEDIES.values())


LONG = of_decisions(30)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_tampering_is_found_and_nothing_good_before_it_is_lost(data):
    entries = list(LONG.entries)
    place = data.draw(st.integers(0, 28))
    match data.draw(st.sampled_from(["flip", "delete", "swap", "double", "truncate"])):
        case "flip":
            position = data.draw(st.integers(0, len(entries[place]) - 1))
            bent = bytearray(entries[place])
            bent[position] ^= 1 << data.draw(st.integers(0, 7))
            entries[place] = bytes(bent)
        case "delete":
            del entries[place]
        case "swap":
            entries[place], entries[place + 1] = entries[place + 1], entries[place]
        case "double":
            entries.insert(place + 1, entries[place])
            place += 1
        case "truncate":
            entries[place] = entries[place][: data.draw(st.integers(0, len(entries[place]) - 1))]
    found = finding_of(entries)
    assert found.seq == place
