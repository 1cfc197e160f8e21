"""A small but complete bundle: a rotated key, completion, documents, opened contents, a stretch, a witness."""

from hashlib import sha256

from evidence.tlog import bundle, commitment
from evidence.tlog.trust import Trust, TrustedLog, Witness
from tests.evidence.tlog.honest_log import (
    LOG_ID,
    HonestLog,
    completion,
    cosigned,
    decision,
    key_of,
    rotation,
    witness_key,
)

POLICY = b"Credit is granted by rule 7.\n"
CONTROL = b"Block personal data.\n"
ASSESSMENT = b"Impact: moderate.\n"
PROMPT = b"You are a careful clerk.\n"
SALT, OTHER_SALT = bytes(range(32)), bytes(range(32, 64))
INPUT, OUTPUT = b"What is my limit? <script>alert(1)</script>", b"5,000 euro"
WITNESSED_AT = 1_795_227_000


def digest(content):
    return sha256(content).hexdigest()


def full_decision(number, **fields):
    return decision(
        number,
        system={"id": "credit-assistant", "version": "2026.10", "impact_assessment": "IA-1",
                "impact_assessment_sha256": digest(ASSESSMENT)},
        policy={"id": "POL-7", "version": "3", "sha256": digest(POLICY)},
        prompt={"template": "clerk", "revision": "r17", "sha256": digest(PROMPT)},
        controls=[{"id": "C-1", "version": "2", "sha256": digest(CONTROL), "result": "pass", "microseconds": 120}],
        model={"provider": "openai", "name": "gpt-4o-mini"},
        input_commit=commitment.commit(SALT, INPUT),
        **fields,
    )  # fmt: skip


class Sample:
    """The log and the arguments for ``bundle.build``; change any of them to forge."""

    def __init__(self, *, witnessed=True):
        self.log = HonestLog()
        self.log.append(decision(0))
        self.log.append(rotation(self.log, "second", end="first"))
        self.log.key = "second"
        for body in (
            decision(2),
            full_decision(3),
            decision(4),
            completion(3, output_commit=commitment.commit(OTHER_SALT, OUTPUT), model={"name": "gpt-4o-mini"}),
            decision(6),
        ):
            self.log.append(body)
        note = self.log.checkpoint_note(timestamp=1_795_226_900)
        self.note = cosigned(note, "witness.example/w1", WITNESSED_AT) if witnessed else note

    def proved(self, seq):
        return bundle.proved(seq, self.log.entries[seq], len(self.log.entries), self.log.tree.hash_at)

    def arguments(self, **changes):
        size = len(self.log.entries)
        return {
            "first_key": key_of("first"),
            "checkpoint_note": self.note,
            "decision": self.proved(3),
            "completion": self.proved(5),
            "rotations": [self.proved(1)],
            "documents": [
                bundle.Document("policy", "policy 7 (final).txt", POLICY),
                bundle.Document("impact_assessment", "ia.txt", ASSESSMENT),
                bundle.Document("control", "c1.txt", CONTROL),
                bundle.Document("prompt", "prompt.txt", PROMPT),
            ],
            "opened": [bundle.Opening("input", SALT, INPUT), bundle.Opening("output", OTHER_SALT, OUTPUT)],
            "run": bundle.stretch(2, self.log.entries[2:6], size, self.log.tree.hash_at),
            **changes,
        }

    def build(self, **changes):
        return bundle.build(**self.arguments(**changes))


def trust(**changes):
    """Trust in the sample's first key and its witness, enough for level A; ``changes`` to the log's entry."""
    log = {
        "origin": LOG_ID,
        "pin": key_of("first").public_key,
        "operator": "Acme",
        "separate_write_path": True,
        **changes,
    }
    return Trust((TrustedLog(**log),), (Witness(witness_key(), "Witness Ltd"),))
