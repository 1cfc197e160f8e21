"""The pull contract: what is served, and what is refused with a sentence."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.recorder.persons import PersonKeys
from evidence.recorder.writer import Recorder
from evidence.tlog import entry, keys, tiles
from tests.evidence.recorder.conftest import LOG_ID, decision
from tests.evidence.recorder.log_reader import LogReader, get


def filled(recorder: Recorder, count: int) -> None:
    for future in [recorder.submit("decision", decision()) for _ in range(count)]:
        future.result(10)


def post(url: str, body: bytes, token: str = "", path: str = "/v1/subject-ref") -> tuple[int, dict[str, str]]:
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("POST", path, body, {"Authorization": f"Bearer {token}"} if token else {})
    answer = connection.getresponse()
    value = json.loads(answer.read())
    connection.close()
    return answer.status, value


def test_well_known_names_origin_keys_and_schema(recorder: Recorder, key: keys.Key, serve: Callable[..., str]) -> None:
    status, body, headers = get(f"{serve(recorder)}/.well-known/decision-log")
    said = json.loads(body)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert said["origin"] == LOG_ID and said["min_index"] == 0 and said["max_merge_delay_s"] == 1
    assert [keys.Key.from_json(item) for item in said["keys"]] == [key]
    assert said["schema"] == {"type": "application/vnd.assay.decision+json", "v": 1}


def test_pages_and_tiles_give_the_same_proved_log(recorder: Recorder, key: keys.Key, serve: Callable[..., str]) -> None:
    filled(recorder, 700)
    url = serve(recorder)
    reader = LogReader(url, key, LOG_ID)
    assert reader.pull(limit=97) is None
    filled(recorder, 120)
    assert reader.pull(limit=97) is None
    assert reader.seen is not None and len(reader.records) == 821
    point = reader.seen.checkpoint
    proved = tiles.TileReader(lambda tile: get(f"{url}/{tile.path}")[1], point.size, point.root)
    assert [raw for _, raw in proved.all_entries()] == [one.raw for one in reader.records]


def test_full_and_partial_tiles_may_be_kept_for_ever(recorder: Recorder, serve: Callable[..., str]) -> None:
    filled(recorder, 300)
    url = serve(recorder)
    get(f"{url}/checkpoint")
    for path in ("tile/0/000", "tile/entries/000", "tile/0/001.p/45", "tile/1/000.p/1"):
        status, body, headers = get(f"{url}/{path}")
        assert status == 200 and "immutable" in headers["cache-control"], path
        again = get(f"{url}/{path}", **{"If-None-Match": headers["etag"]})
        assert again[0] == 304 and again[1] == b"" and body
    assert get(f"{url}/checkpoint")[2]["cache-control"] == "no-cache"


def test_page_ends_with_the_checkpoint_that_covers_it(recorder: Recorder, serve: Callable[..., str]) -> None:
    filled(recorder, 5)
    url = serve(recorder)
    *lines, last = get(f"{url}/v1/decisions?after_seq=1&limit=3")[1].splitlines()
    assert [entry.from_line(line)[0] for line in lines] == [2, 3, 4]
    assert json.loads(last)["checkpoint"].encode() == get(f"{url}/checkpoint")[1]
    for after in (5, 50):
        assert len(get(f"{url}/v1/decisions?after_seq={after}&limit=3")[1].splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/v1/decisions?after_seq=x", 400, "after_seq is a whole number"),
        ("/v1/decisions?after_seq=-2", 400, "after_seq is a whole number"),
        ("/v1/decisions?after_seq=+1", 400, "after_seq is a whole number"),
        ("/v1/decisions?after_seq=%D9%A3", 400, "after_seq is a whole number"),
        ("/v1/decisions?after_seq=99999999999999999999", 400, "after_seq is a whole number"),
        ("/v1/decisions?limit=0", 400, "limit is a whole number"),
        ("/v1/decisions?limit=1001", 400, "limit is a whole number"),
        ("/v1/decisions?limit=1e3", 400, "limit is a whole number"),
        ("/v1/decisions?limit=1&limit=2", 400, "each once"),
        ("/v1/decisions?after=1", 400, "nothing else"),
        ("/v1/decisions?%ff", 400, "The query cannot be read"),
        ("/checkpoint?x=1", 400, "takes no parameters"),
        ("/tile/0/1", 400, "is not the path of a tile"),
        ("/tile/0/000.p/0", 400, "is not the path of a tile"),
        ("/tile/0/../../keys", 400, "is not the path of a tile"),
        ("/tile/entries/x000/000", 400, "is not the path of a tile"),
        ("/tile/0/000", 404, "does not reach that far"),
        ("/tile/63/000.p/1", 404, "does not reach that far"),
        ("/tile/entries/000.p/2", 404, "does not reach that far"),
        ("/keys.json", 404, "There is nothing here"),
        ("/v1/subject-ref", 404, "There is nothing here"),
    ],
)
def test_bad_request_is_refused_with_a_sentence(
    recorder: Recorder, serve: Callable[..., str], path: str, status: int, says: str
) -> None:
    answered, body, _ = get(f"{serve(recorder)}{path}")
    assert answered == status and says in json.loads(body)["error"]


def test_read_token_is_asked_for_on_every_page(recorder: Recorder, serve: Callable[..., str]) -> None:
    url = serve(recorder, read="open sesame")
    for path in ("/.well-known/decision-log", "/checkpoint", "/v1/decisions", "/tile/entries/000.p/1"):
        assert get(url + path)[0] == 401
        assert get(url + path, token="open sesam")[0] == 401
        assert get(url + path, token="open sesame")[0] == 200


def test_look_up_finds_a_person_until_erased(recorder: Recorder, serve: Callable[..., str]) -> None:
    url = serve(recorder, lookup="look")
    known = recorder.persons.reference("CLM-2026-004417")
    body = b'{"reference": " CLM-2026-004417 "}'
    assert post(url, body, "look") == (200, {"subject_ref": known})
    assert post(url, body)[0] == 401
    assert post(url, b'{"reference": "CLM-2026-004418"}', "look")[0] == 404
    assert recorder.erase("CLM-2026-004417")
    assert post(url, body, "look")[0] == 404
    assert recorder.persons.reference("CLM-2026-004417") != known


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"reference": 5}', b'{"reference": ""}', b'{"reference": "a", "reference": "b"}', b"[" * 2000,
     b'{"reference": "\\u0000"}', b'{"reference": "\\ud800"}', b'{"reference": "' + b"x" * 513 + b'"}', b"\xff",
     b'{"reference": "a", "more": 1}', b"x" * 5000],
)  # fmt: skip
def test_bad_look_up_is_refused_with_a_sentence(recorder: Recorder, serve: Callable[..., str], body: bytes) -> None:
    status, value = post(serve(recorder, lookup="look"), body, "look")
    assert status == 400 and value["error"].endswith(".")


def test_look_up_is_closed_without_a_token(recorder: Recorder, serve: Callable[..., str]) -> None:
    status, value = post(serve(recorder), b'{"reference": "a"}')
    assert status == 403 and "no look-up token" in value["error"]


def test_server_beside_a_writer_in_another_process_shows_no_more_than_was_published(
    recorder: Recorder, folder: Path, serve: Callable[..., str]
) -> None:
    filled(recorder, 3)
    recorder.publish()
    filled(recorder, 3)
    url = serve()
    lines = get(f"{url}/v1/decisions")[1].splitlines()
    assert len(lines) - 1 in (4, 7)  # the second if the recorder published in between
    assert json.loads(lines[-1])["checkpoint"].splitlines()[1] == str(len(lines) - 1)


def test_person_key_leaves_nothing_in_the_file_when_erased(folder: Path, key: keys.Key) -> None:
    store = PersonKeys(folder)
    store.reference("CLM-2026-004417")
    store._database.execute("PRAGMA wal_checkpoint")
    secret = store._database.execute("SELECT key FROM person").fetchone()[0]
    held = [path for path in folder.glob("persons*") if secret in path.read_bytes()]
    assert held
    assert store.erase("CLM-2026-004417") and not store.erase("CLM-2026-004417")
    store.close()
    assert not [path for path in folder.glob("persons*") if secret in path.read_bytes()]
