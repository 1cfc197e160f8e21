"""The story in plain words: one sentence for each outcome, and no record's text that paints over it."""

from typing import Any

import pytest

from evidence.decisions.chapters import chapters
from evidence.decisions.legible import legible, legible_record
from evidence.decisions.story import tell
from evidence.tlog import entry
from evidence.tlog.record import Record, parse
from tests.evidence.tlog.honest_log import HonestLog, completion, decision


def record_of(body: dict[str, Any]) -> Record:
    return parse(entry.decode(HonestLog().append(body)).payload)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("allow", "let through a request"),
        ("deny", "refused a request"),
        ("redact", "with parts removed"),
        ("escalate", "handed a request by a caller without a name to a person"),
        ("error", "could not decide"),
    ],
)
def test_story_says_what_was_decided(outcome: str, words: str) -> None:
    first = tell(record_of(decision(1, outcome=outcome)), None)[0]
    assert words in first
    assert "credit-assistant" in first
    assert first.endswith("under policy POL-7 3.")
    assert " UTC, " in first


def test_story_names_the_system_as_the_organisation_does() -> None:
    assert "Credit assistant" in tell(record_of(decision(1)), None, "Credit assistant")[0]


def test_story_tells_of_the_model_that_answered_not_of_the_one_that_was_asked() -> None:
    asked = record_of(decision(1, model={"name": "small"}))
    answered = record_of(completion(1, model={"name": "large-2026", "version": "2026"}, outcome="redact"))
    assert "The request was for model small." in tell(asked, None)
    assert "Model large-2026 answered, and parts of the answer were removed." in tell(asked, answered)


def test_story_claims_no_human_and_no_control_that_is_not_on_record() -> None:
    text = " ".join(tell(record_of(decision(1)), None))
    assert "No human took part, as far as the record says." in text
    assert "No control left its result in the record." in text
    assert "was told" not in text
    shown = tell(record_of(decision(1, disclosure={"shown": False})), None)
    assert "The person concerned was not told that an AI system was at work." in shown


def test_chapters_hold_every_tool_and_control() -> None:
    controls = [{"id": "pii", "version": "2", "result": "fail", "microseconds": 1500}]
    tools = [{"name": "search", "intent": "look up", "outcome": "allow"}]
    told = chapters(record_of(decision(1, controls=controls, tools=tools)), record_of(completion(1, tools=tools)))
    by_key = {chapter.key: chapter for chapter in told}
    assert [fact.value for fact in by_key["controls"].rows[0]] == ["pii", "2", "fail", "1.500 ms"]
    assert by_key["controls"].rows[0][2].tone == "red"
    assert len(by_key["tools"].rows) == 2
    assert by_key["data"].facts == []
    assert by_key["data"].empty


def test_texts_of_a_record_can_not_reverse_or_hide_what_stands_around_them() -> None:
    assert legible("plain, ümlaut, 漢字") == "plain, ümlaut, 漢字"
    assert legible("a\u202eb\x1b[2J\u200b") == "a\\u202eb\\u001b[2J\\u200b"
    read = legible_record(record_of(decision(1, reason_codes=["ok\u202e"], policy={
        "id": "p\u2066", "version": "1\n2", "sha256": "d" * 64,
    })))  # fmt: skip
    text = " ".join(tell(read, None))
    assert text.isprintable()
    assert "p\\u2066 1\\u000a2" in text
