"""The pages: the story, the verdicts made at each view, the export, and who is refused what."""

import base64
import csv
import io
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evidence.models import DecisionRow, Segment, Source, SourceHead
from evidence.storage.records import stored_entry
from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.models import ActivityEvent, Organisation
from tests.evidence.decisions.proxy import CUSTOMER, Proxy, pull
from tests.evidence.decisions.tampering import Altering, update_as_owner
from tests.evidence.decisions.witness import witnessed_source
from tests.factories import make

LIST = "/o/nordhaven/decisions/"


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def id_at(source: Source, seq: int) -> str:
    row = DecisionRow.objects.within(source.organisation).get(source=source, seq=seq)
    return str(row.decision_id)


def page_at(client: Client, source: Source, seq: int) -> str:
    response = client.get(LIST + id_at(source, seq))
    assert response.status_code == 200
    return response.content.decode()


def events(organisation: Organisation, verb: ActivityEvent.Verb) -> list[str]:
    return list(ActivityEvent.objects.within(organisation).filter(verb=verb).values_list("detail", flat=True))


def test_list_shows_decisions_newest_first_with_the_systems_own_name(
    source: Source, client: Client, system: Actor
) -> None:
    make("ai-systems", system, name="Claims triage", runtime_id="claims-triage")
    text = client.get(LIST).content.decode()
    places = [text.index(id_at(source, seq)) for seq in (4, 3, 1)]
    assert places == sorted(places)
    assert text.count("<td>Claims triage</td>") == 3
    assert "Denied" in text


def test_list_has_no_more_queries_at_43_rows_than_at_3(source: Source, proxy: Proxy, client: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(f"{LIST}?period=24h&kind=any")
    for _ in range(40):
        proxy.decide(completed=False)
    pull(source)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{LIST}?period=24h&kind=any")
    assert len(many) <= len(few) <= 15 + 2  # the test's own transaction adds a savepoint and its release


def test_list_pages_by_cursor(source: Source, proxy: Proxy, client: Client) -> None:
    for _ in range(60):
        proxy.decide(completed=False)
    pull(source)
    first = client.get(LIST)
    cursor = first.context["next_cursor"]
    assert cursor
    second = client.get(LIST, {"cursor": cursor})
    shown = [line.seq for page in (first, second) for line in page.context["lines"]]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == len(set(shown)) == 63


def test_page_tells_the_story(source: Source, client: Client, system: Actor) -> None:
    record = make("ai-systems", system, name="Claims triage", runtime_id="claims-triage")
    text = page_at(client, source, 1)
    assert "Claims triage let through a request by svc-claims of claims under policy claims-policy 2026.10.3." in text
    assert "Model gpt-4o 2024-11-20 answered." in text
    assert "A human took part: confirmed." in text
    assert f'href="{record.get_absolute_url()}"' in text
    assert f'href="{source.get_absolute_url()}"' in text
    for claim in ("Level B", "Decisions that were never recorded", "no outside witness", "Content stays with"):
        assert claim in text


def test_page_of_a_denied_decision_claims_no_model(source: Source, client: Client) -> None:
    text = page_at(client, source, 3)
    assert "claims-triage refused a request" in text
    assert "No answer by a model is on record." in text
    assert "No completion has arrived" in text


def test_page_checks_again_at_every_view(source: Source, proxy: Proxy, client: Client) -> None:
    page = client.get(LIST + id_at(source, 1)).context["page"]
    results = {line.code: line.result.value for line in page.lines}
    assert results == {
        "signature": "holds",
        "chain": "holds",
        "checkpoint": "holds",
        "inclusion": "holds",
        "index": "holds",
        "consistency": "not checked",
        "witness": "not checked",
        "completeness": "not checked",
    }
    proxy.decide()
    pull(source)
    page = client.get(LIST + id_at(source, 1)).context["page"]
    assert {line.code: line.result.value for line in page.lines}["consistency"] == "holds"


def test_page_of_a_record_beyond_the_checkpoint_claims_no_inclusion(
    source: Source, proxy: Proxy, client: Client
) -> None:
    heads = SourceHead.objects.within(source.organisation).filter(source=source)
    before = heads.values("checkpoint", "checkpoint_size").get()
    decision = proxy.decide(completed=False)
    pull(source)
    heads.update(**before)  # as it stands while a long pull runs
    page = client.get(LIST + decision).context["page"]
    results = {line.code: line.result.value for line in page.lines}
    assert (results["signature"], results["chain"]) == ("holds", "holds")
    assert {results[name] for name in ("checkpoint", "inclusion", "consistency")} == {"not checked"}
    assert page.level == "B"
    assert not page.opened.has_bundle
    assert client.get(f"{LIST}{decision}/bundle").status_code == 409


def test_page_shows_level_a_only_with_a_witness_of_another_legal_entity(
    proxy: Proxy, system: Actor, client: Client
) -> None:
    source = witnessed_source(proxy, system)
    text = page_at(client, source, 1)
    assert "Level A" in text
    assert "cosigned by witness.example/w1 (Independent Ltd)" in text
    assert "no outside witness" not in text
    source.witness_name = source.organisation.name  # who runs the log can't be its own witness
    source.save()
    assert "Level B" in page_at(client, source, 1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("outcome = 1", "Outcome is allow in the index and deny in the signed record"),
        ("subject_ref = NULL", "keyed hash is – in the index"),
        ("policy_id = NULL", "Policy is – in the index and claims-policy@2026.10.3 in the signed record"),
        ("outcome = 99", "Outcome is 99 in the index"),
        ("kind = 99", "Kind is 99 in the index and decision in the signed record"),
        ("ts = ts - interval '1 second'", "Time is 20"),
    ],
)
def test_page_shows_a_superusers_update(source: Source, client: Client, change: str, told: str) -> None:
    assert update_as_owner(f"UPDATE evidence_decision SET {change} WHERE seq = 3") == 1
    response = client.get(LIST + id_at(source, 3))
    assert not response.context["page"].good
    assert response.context["page"].level == ""
    text = response.content.decode()
    assert told in text
    assert "Do not rely on this record" in text
    assert "Level B" not in text
    assert "claims-triage refused a request" in text  # the signed record still says so


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evidence_segment SET frames = frames || 'x'::bytea",
        "UPDATE evidence_segment SET path = 'nowhere'",
        "UPDATE evidence_segment SET last_seq = 0",
        "UPDATE evidence_sourcehead SET tile_rows = 'x'::bytea",
        "UPDATE evidence_sourcehead SET checkpoint = 'nonsense'",
        "UPDATE evidence_sourcehead SET chain = '{}'::jsonb, checkpoint = replace(checkpoint, E'\n6\n', E'\n7\n')",
    ],
)
def test_page_survives_and_shows_changes_to_what_proves(source: Source, client: Client, change: str) -> None:
    assert update_as_owner(change) == 1
    response = client.get(LIST + id_at(source, 1))
    assert response.status_code == 200
    assert not response.context["page"].good
    assert "Do not rely on this record" in response.content.decode()


def test_page_shows_a_row_that_was_moved_to_another_record(source: Source, client: Client) -> None:
    asked = id_at(source, 3)
    update_as_owner("UPDATE evidence_decision SET decision_id = %s WHERE seq = 1", uuid.UUID(int=7))
    update_as_owner("UPDATE evidence_decision SET decision_id = %s WHERE seq = 3", uuid.UUID(int=8))
    assert client.get(LIST + asked).status_code == 404
    text = client.get(LIST + str(uuid.UUID(int=8))).content.decode()
    assert f"in the index and {asked} in the signed record" in text


def test_page_shows_an_edited_segment_file(source: Source, client: Client) -> None:
    segment = Segment.objects.within(source.organisation).get(source=source)
    path = Path(default_storage.path(segment.path))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    response = client.get(LIST + id_at(source, 1))
    assert response.status_code == 200
    assert not response.context["page"].good
    assert "cannot be read" in response.content.decode()
    assert client.get(f"{LIST}{id_at(source, 1)}/entry").status_code == 409


def test_page_shows_a_segment_file_that_is_gone(source: Source, client: Client) -> None:
    segment = Segment.objects.within(source.organisation).get(source=source)
    default_storage.delete(segment.path)
    response = client.get(LIST + id_at(source, 1))
    assert not response.context["page"].good
    assert "cannot be read" in response.content.decode()


def test_page_of_a_quarantined_decision_says_so(proxy: Proxy, system: Actor, client: Client) -> None:
    proxy.decide(completed=False)
    bad = proxy.decide(completed=False)
    proxy.server.contract = Altering(proxy.server.contract, 2, b'"allow"', b'"error"')
    pull(proxy.source(system))
    response = client.get(LIST + bad)
    assert response.status_code == 200
    text = response.content.decode()
    assert "This decision is in quarantine" in text
    assert "signature" in text
    assert "Level" not in text
    assert client.get(f"{LIST}{bad}/bundle").status_code == 404


def test_entry_gives_the_exact_signed_bytes(source: Source, proxy: Proxy, client: Client) -> None:
    response = client.get(f"{LIST}{id_at(source, 1)}/entry")
    assert base64.b64decode(response.content) == stored_entry(source, 1)
    assert response["Content-Disposition"].startswith("attachment")
    assert events(source.organisation, ActivityEvent.Verb.DOWNLOADED)


# The search box


def test_find_by_id_leads_to_the_page(source: Source, client: Client) -> None:
    decision = id_at(source, 1)
    response = client.post(f"{LIST}find", {"q": f" {decision.upper()} "})
    assert (response.status_code, response["Location"]) == (302, LIST + decision)


def test_find_by_reference_says_what_happened_and_keeps_no_reference(
    source: Source, proxy: Proxy, client: Client
) -> None:
    response = client.post(f"{LIST}find", {"q": CUSTOMER}, follow=True)
    text = response.content.decode()
    assert "Assay does not hold references: the operator of LOG-0001 turned it into its keyed hash." in text
    assert [line.seq for line in response.context["lines"]] == [3, 1]
    assert CUSTOMER not in response.redirect_chain[0][0]
    assert not any(CUSTOMER in detail for detail in events(source.organisation, ActivityEvent.Verb.VIEWED))
    assert events(source.organisation, ActivityEvent.Verb.VIEWED)


def test_find_by_an_erased_reference_says_so(source: Source, proxy: Proxy, client: Client) -> None:
    proxy.recorder.erase(CUSTOMER)
    text = client.post(f"{LIST}find", {"q": CUSTOMER}).content.decode()
    assert "Nobody found by this reference" in text
    assert "has erased the person’s key" in text


def test_find_by_keyed_hash_asks_nobody(source: Source, proxy: Proxy, client: Client) -> None:
    subject = proxy.recorder.persons.reference("customer-2")
    proxy.server.contract.tokens = proxy.server.contract.tokens._replace(lookup="changed")
    response = client.post(f"{LIST}find", {"q": subject.upper()}, follow=True)
    assert [line.seq for line in response.context["lines"]] == [4]


def test_search_over_everything_finds_an_id(source: Source, client: Client) -> None:
    decision = id_at(source, 1)
    assert f"{LIST}{decision}" in client.get("/o/nordhaven/search", {"q": decision}).content.decode()


def test_search_over_everything_finds_a_keyed_hash(source: Source, proxy: Proxy, client: Client) -> None:
    subject = proxy.recorder.persons.reference(CUSTOMER)
    (hit,) = client.get("/o/nordhaven/search", {"q": subject}).context["hits"]
    assert [line.seq for line in client.get(hit.url).context["lines"]] == [3, 1]
    assert client.get("/o/nordhaven/search", {"q": "0" * 64}).context["hits"] == []


def test_home_counts_them(source: Source, client: Client) -> None:
    text = client.get("/o/nordhaven/").content.decode()
    assert "Decisions this week" in text
    assert ">6<" in text.replace(" ", "").replace("\n", "")


# The export


def test_export_holds_what_the_list_shows(source: Source, client: Client) -> None:
    raw = b"".join(client.get(f"{LIST}export.csv", {"outcome": "allow"}))  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["Position"] for row in rows] == ["4", "1"]
    assert rows[1]["Decision"] == id_at(source, 1)
    assert rows[1]["Policy version"] == "claims-policy@2026.10.3"
    assert events(source.organisation, ActivityEvent.Verb.EXPORTED) == ["decision records (csv): 2"]
    assert client.get(f"{LIST}export.xlsx").status_code == 200
    assert client.get(f"{LIST}export.pdf").status_code == 404


# Refusals


@pytest.mark.parametrize(
    "query",
    [
        "outcome=x", "subject=1", "cursor=x", "from=x", "from=1900-01-01&to=2026-01-01", "period=x", "system=%00",
        "kind=x", "to=10000-01-01",
    ],
)  # fmt: skip
def test_list_and_export_refuse_with_a_sentence(organisation: Organisation, client: Client, query: str) -> None:
    for url in (LIST, f"{LIST}export.csv"):
        response = client.get(f"{url}?{query}")
        assert response.status_code == 400, url
        assert f"<code>{query.partition('=')[0]}</code>" in response.content.decode()


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 600])
def test_find_refuses_with_a_sentence(organisation: Organisation, client: Client, text: str) -> None:
    assert client.post(f"{LIST}find", {"q": text}).status_code == 400


@pytest.mark.parametrize("path", ["x", "01939c1e", "00000000-0000-0000-0000-00000000000g", "%00"])
def test_page_of_no_uuid_is_not_found(organisation: Organisation, client: Client, path: str) -> None:
    assert client.get(LIST + path).status_code == 404


def test_pages_of_another_organisation_do_not_exist(
    source: Source, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    stranger, decision = client_of("administrator", other_organisation), id_at(source, 1)
    for organisation in ("nordhaven", "elsewhere"):
        for path in ("", "/bundle", "/entry"):
            assert stranger.get(f"/o/{organisation}/decisions/{decision}{path}").status_code == 404
    assert stranger.get(LIST).status_code == 404
    assert decision not in stranger.get("/o/elsewhere/decisions/?kind=any&period=10y").content.decode()
    assert decision.encode() not in b"".join(stranger.get("/o/elsewhere/decisions/export.csv?kind=any"))  # type: ignore[arg-type]
    hits = stranger.get("/o/elsewhere/search", {"q": decision}).context["hits"]
    assert hits == []
    assert "claims-policy" not in stranger.get("/o/elsewhere/decisions/").content.decode()


def test_pages_need_the_permission(source: Source, client_of: Callable[..., Client]) -> None:
    decision = id_at(source, 1)
    for role in ROLES.values():
        sees, discloses = (p in role.grants for p in (Permission.DECISIONS_VIEW, Permission.DECISIONS_DISCLOSE))
        client = client_of(role.key)
        for url in (LIST, f"{LIST}export.csv", LIST + decision):
            assert client.get(url).status_code == (200 if sees else 404), (role.key, url)
        expected = 404 if not sees else 200 if discloses else 403
        assert client.get(f"{LIST}{decision}/bundle").status_code == expected, role.key
        if sees:
            assert ("Download bundle" in client.get(LIST + decision).content.decode()) == discloses
        else:
            assert client.get("/o/nordhaven/search", {"q": decision}).context["hits"] == []
            assert "Decisions this week" not in client.get("/o/nordhaven/").content.decode()


def test_pages_anonymous_asks_for_a_login(source: Source) -> None:
    for path in ("", "find", "export.csv", id_at(source, 1), f"{id_at(source, 1)}/bundle"):
        response = Client().get(LIST + path)
        assert response.status_code == 302
        assert settings.LOGIN_URL.replace("account_login", "/account/login/") in response["Location"]
