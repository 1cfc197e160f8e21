"""An auditor's decision records: one system's, of one period, in pages, API, export and bundle; and nothing else."""

import datetime as dt
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from audits.actions.engagements import end_access, open_engagement
from audits.models import Engagement
from evidence.models import DecisionRow, Source
from grc.access.actor import Actor
from grc.models import ActivityEvent, ScopeEntry, ScopeRevision
from tests.evidence.decisions.proxy import Proxy, pull
from tests.factories import make

pytestmark = pytest.mark.django_db(transaction=True)
OTHER_SYSTEM = {"id": "fraud-signals", "version": "1"}


@pytest.fixture
def shared(source: Source, proxy: Proxy, system: Actor) -> dict[str, str]:
    """Ids: ``theirs`` within the scope, ``other`` of another system in the same stretch, ``later`` pulled since."""
    other = proxy.decide(system=OTHER_SYSTEM)
    theirs = proxy.decide()
    pull(source)
    triage = make("ai-systems", system, runtime_id="claims-triage", name="Claims triage")
    today = timezone.localdate()
    engagement = make(
        "engagements", system, system=triage, records_from=today - dt.timedelta(days=3), records_to=today,
        auditor_email="eva@certbody.example",
    )  # fmt: skip
    open_engagement(engagement=engagement, by=system)
    later = proxy.decide()
    pull(source)
    return {"theirs": theirs, "other": other, "later": later}


@pytest.fixture
def engagement(shared: dict[str, str]) -> Engagement:
    return Engagement.unscoped.select_related("scope", "auditor").get()


@pytest.fixture
def auditor(engagement: Engagement) -> Client:
    client = Client()
    client.force_login(engagement.auditor)  # type: ignore[arg-type]
    return client


def pages(engagement: Engagement) -> str:
    return f"/room/{engagement.scope.public_id}/decisions/"  # type: ignore[union-attr]


def api(engagement: Engagement) -> str:
    return f"/api/v1/rooms/{engagement.scope.public_id}/decisions"  # type: ignore[union-attr]


def content(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_scope_holds_one_systems_stretch_and_declares_the_rest(engagement: Engagement) -> None:
    entry = ScopeEntry.unscoped.get(log__isnull=False)
    assert (entry.system_id, entry.count) == ("claims-triage", 4)
    assert {"what": "decision records", "count": 1} in [
        {"what": e["what"], "count": e["count"]} for e in ScopeRevision.unscoped.get().withheld
    ]


def test_lists_hold_what_was_shared(engagement: Engagement, auditor: Client, shared: dict[str, str]) -> None:
    for url in (pages(engagement), f"{pages(engagement)}export.csv", api(engagement)):
        body = content(auditor.get(url)).decode()
        assert shared["theirs"] in body, url
        assert shared["other"] not in body, url
        assert shared["later"] not in body, url
        assert "fraud-signals" not in body, url
    book = load_workbook(io.BytesIO(content(auditor.get(f"{pages(engagement)}export.xlsx"))))
    ids = {str(cell.value) for row in book.active.iter_rows() for cell in row}  # type: ignore[union-attr]
    assert shared["theirs"] in ids
    assert not ids & {shared["other"], shared["later"]}


def test_one_decision_is_shown_and_the_others_do_not_exist(
    engagement: Engagement, auditor: Client, shared: dict[str, str]
) -> None:
    for base, join in ((pages(engagement), ""), (api(engagement), "/")):
        assert auditor.get(f"{base}{join}{shared['theirs']}").status_code == 200
        for name in ("other", "later"):
            assert auditor.get(f"{base}{join}{shared[name]}").status_code == 404, name
            assert auditor.get(f"{base}{join}{shared[name]}/bundle").status_code == 404, name
    found = auditor.get(pages(engagement), {"q": shared["other"]}).content.decode()
    assert "No such decision in this room" in found


def test_filters_do_not_reach_beyond_the_scope(
    engagement: Engagement, auditor: Client, shared: dict[str, str], source: Source
) -> None:
    subject = bytes(DecisionRow.unscoped.exclude(subject_ref=None).first().subject_ref).hex()  # type: ignore[union-attr]
    for query in ({"system": "fraud-signals"}, {"kind": "any"}, {"subject": subject}, {"source": source.reference}):
        body = auditor.get(pages(engagement), query).content.decode()
        assert shared["other"] not in body
        assert shared["later"] not in body
    assert auditor.get(pages(engagement), {"outcome": "nonsense"}).status_code == 400
    assert auditor.get(pages(engagement), {"cursor": "nonsense"}).status_code == 400


def test_bundle_verifies_where_assay_is_not_installed(
    engagement: Engagement, auditor: Client, shared: dict[str, str], proxy: Proxy, tmp_path: Path
) -> None:
    (tmp_path / "bundle.zip").write_bytes(content(auditor.get(f"{pages(engagement)}{shared['theirs']}/bundle")))
    (tmp_path / "verify.pyz").write_bytes(content(Client().get("/verify.pyz")))
    command = [sys.executable, "-I", "verify.pyz", "--key", proxy.key.public_key.hex(), "bundle.zip"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert shared["theirs"] in done.stdout
    assert content(auditor.get(f"{api(engagement)}/{shared['theirs']}/bundle"))[:2] == b"PK"


def test_views_are_logged_and_end_with_the_access(
    engagement: Engagement, auditor: Client, shared: dict[str, str], system: Actor
) -> None:
    base = pages(engagement)
    urls = [base, f"{base}export.csv", f"{base}{shared['theirs']}", f"{base}{shared['theirs']}/bundle", api(engagement)]
    events = ActivityEvent.unscoped.filter(person=engagement.auditor.public_id)  # type: ignore[union-attr]
    before = events.count()
    for url in urls:
        assert auditor.get(url).status_code == 200, url
    assert events.count() == before + len(urls)
    assert events.filter(verb=ActivityEvent.Verb.DISCLOSED).count() == 1
    end_access(engagement=engagement, by=system)
    for url in urls:
        assert auditor.get(url).status_code == 404, url
