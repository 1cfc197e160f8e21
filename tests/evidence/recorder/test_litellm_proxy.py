"""A real LiteLLM proxy with the recorder in it. Slow at first: its environment is built once."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.litellm import environment
from deploy.litellm.asks import ASKS, Ask
from deploy.litellm.proxy import HERE, Proxy, ProxyFailed
from deploy.litellm.run import check, once, send
from evidence.recorder.contents import ContentStore
from evidence.tlog import commitment
from evidence.tlog.record import Record

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("litellm")]


@pytest.fixture(scope="module", autouse=True)
def _environment() -> None:
    environment.make_ready()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with Proxy(tmp_path_factory.mktemp("litellm")) as started:
        yield started


def ask_named(name: str) -> Ask:
    return next(ask for ask in ASKS if ask.name == name)


def records_of(proxy: Proxy, decision_id: str, count: int) -> list[Record]:
    deadline = time.monotonic() + 5
    while True:
        own = [one.record for one in proxy.verified_records() if one.record.decision_id == decision_id]
        if len(own) >= count or time.monotonic() > deadline:
            return own
        time.sleep(0.1)


def test_every_kind_of_request_is_recorded_as_it_must_be(proxy: Proxy, capsys: pytest.CaptureFixture[str]) -> None:
    assert once(proxy) == 0, capsys.readouterr().err


def test_check_names_what_is_not_as_it_must_be(proxy: Proxy) -> None:
    reply = send(proxy, ask_named("blocked model"))
    sentences = check(proxy, [(ask_named("allowed"), reply)])
    assert any("answered 403 instead of 200" in sentence for sentence in sentences)
    assert any("the log says {'decision': 'deny'}" in sentence for sentence in sentences)


def test_decision_says_who_what_why_and_by_which_policy(proxy: Proxy) -> None:
    reply = send(proxy, ask_named("allowed"))
    decision, completion = records_of(proxy, reply.decision_id, 2)
    said = decision.data
    assert (decision.system_id, decision.system_version) == ("claims-triage", "3.4.0")
    assert (decision.policy_id, decision.policy_version) == ("nordhaven-ai-use", "2026.11.1")
    assert said["data"] == {"classes": ["personal", "financial"], "flow_id": "claims-intake", "region": "eu-central"}
    assert said["prompt"] == {"template": "claims/triage", "revision": "r17"}
    assert said["human"]["action"] == "review_required" and len(said["human"]["ref"]) == 64
    assert said["actor"]["role"] and said["actor"]["tenant"] == "nordhaven"
    assert said["model"]["deployment"] == "claims-large"
    assert [one["id"] for one in said["controls"]] == [
        "caller", "model", "data-class", "blocked-term", "redaction", "no-credentials",
    ]  # fmt: skip
    assert {one["result"] for one in said["controls"]} == {"pass"}
    assert completion.model_version == "claude-sonnet-4-5-20250929" and completion.model_provider == "anthropic"
    assert completion.seq > decision.seq


def test_commitments_open_to_what_was_sent_and_answered(proxy: Proxy) -> None:
    reply = send(proxy, ask_named("redacted"))
    decision, completion = records_of(proxy, reply.decision_id, 2)
    with closing(ContentStore(proxy.folder)) as store:
        kept = {one.what: one for one in store.of_decision(reply.decision_id)}
    assert commitment.opens(decision.data["input_commit"], kept["input"].salt, kept["input"].body)
    assert commitment.opens(completion.data["output_commit"], kept["output"].salt, kept["output"].body)
    sent = json.loads(kept["input"].body)["messages"][0]["content"]
    assert sent == "My account is [iban]."  # what the model was shown, not what the caller wrote
    answered = json.loads(reply.body)["choices"][0]["message"]["content"]
    assert json.loads(kept["output"].body)[0]["content"] == answered


def test_streamed_and_whole_answers_are_committed_in_one_form(proxy: Proxy) -> None:
    streamed = send(proxy, ask_named("streamed"))
    whole = send(proxy, Ask("", "customer-portal", {**ask_named("streamed").body, "stream": False}, 200, "", ""))
    for reply in (streamed, whole):
        records_of(proxy, reply.decision_id, 2)
    with closing(ContentStore(proxy.folder)) as store:
        bodies = [
            next(one.body for one in store.of_decision(reply.decision_id) if one.what == "output")
            for reply in (streamed, whole)
        ]
    assert bodies[0] == bodies[1]


def test_person_is_found_by_reference_until_erased(proxy: Proxy) -> None:
    reply = send(proxy, ask_named("allowed"))
    (decision, _) = records_of(proxy, reply.decision_id, 2)
    request = urllib.request.Request(
        f"{proxy.recorder_url}/v1/subject-ref",
        json.dumps({"reference": "CLM-2026-004417"}).encode(),
        {"Authorization": f"Bearer {proxy.lookup_token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer) == {"subject_ref": decision.subject_ref}


def test_caller_cannot_take_over_another_decision_by_its_metadata(proxy: Proxy) -> None:
    first = send(proxy, ask_named("allowed"))
    body = dict(ask_named("allowed").body)
    body["metadata"] = {**body["metadata"], "recorder_decision_id": first.decision_id}
    reply = proxy.ask("claims-service", body)
    assert reply.decision_id != first.decision_id
    assert len(records_of(proxy, reply.decision_id, 2)) == 2 and len(records_of(proxy, first.decision_id, 2)) == 2


def test_thirty_callers_at_once_each_get_their_own_records(proxy: Proxy) -> None:
    replies = []
    threads = [threading.Thread(target=lambda: replies.append(send(proxy, ask_named("allowed")))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({reply.decision_id for reply in replies if reply.status == 200}) == 30
    for reply in replies:
        assert [one.kind for one in records_of(proxy, reply.decision_id, 2)] == ["decision", "completion"]


def test_killed_proxy_declares_the_gap_and_keeps_what_it_answered(tmp_path: Path) -> None:
    with Proxy(tmp_path) as proxy:
        reply = send(proxy, ask_named("allowed"))
        proxy.kill()
        proxy.start()
        after = send(proxy, ask_named("allowed"))
        kinds = [one.record.kind for one in proxy.verified_records()]
        assert kinds == ["heartbeat", "decision", "completion", "gap", "decision", "completion"]
        assert reply.decision_id != after.decision_id
        proxy.stop()
        proxy.start()
        gaps = [one.record.data["gap"] for one in proxy.verified_records() if one.record.kind == "gap"]
        assert "without stopping in order" in gaps[0]["reason"] and "stopped in order" in gaps[1]["reason"]


@pytest.mark.parametrize(("failure", "status"), [("refuse", 503), ("proceed", 200)])
def test_request_without_a_record_is_refused_unless_the_policy_says_otherwise(
    tmp_path: Path, failure: str, status: int
) -> None:
    policy = json.loads((HERE / "policy.json").read_text())
    policy["when_the_recorder_fails"] = failure
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    with Proxy(tmp_path / "data", policy=tmp_path / "policy.json") as proxy:
        assert send(proxy, ask_named("allowed")).status == 200
        process = proxy._process
        assert process is not None
        limit = sum(path.stat().st_size for path in (proxy.folder / "log").iterdir())
        # A full disk, as far as this process is concerned: no file may grow beyond what the log has now.
        unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        refused = send(proxy, ask_named("allowed"))
        assert refused.status == status, refused.body
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert send(proxy, ask_named("allowed")).status == 200
        records = [one.record for one in proxy.verified_records()]
        gap = next(one for one in records if one.kind == "gap")
        assert gap.data["gap"]["lost"] >= 1 and "could not be written" in gap.data["gap"]["reason"]


def test_second_proxy_on_the_same_folder_does_not_start(proxy: Proxy) -> None:
    with pytest.raises(ProxyFailed, match="A log has one writer"), Proxy(proxy.data):
        pass
    assert proxy._process is not None and proxy._process.poll() is None
    os.kill(proxy._process.pid, signal.SIGCONT)  # still there
