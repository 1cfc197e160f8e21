"""The pages of transfer: what is in the way is said, nothing is lost, and exports are noted."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from controls.actions.frameworks import adopt_framework
from controls.models import Framework, Mapping, Requirement
from grc.access.actor import Actor
from grc.models import ActivityEvent, Job, Organisation
from tests.controls.bringing import bring
from tests.controls.schemas import errors
from tests.controls.sending import again, checked, imported, upload
from tests.controls.test_oscal_foreign import document
from tests.controls.test_oscal_mapping import collection, end, entry
from tests.controls.test_oscal_profile import profile
from tests.imports.sending import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["nordhaven", *args])


def said(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_catalog_from_upload_to_framework(client: Client) -> None:
    url, job = checked(client, "catalog.json", document("mvsp"))
    page = said(client, url)
    assert "OSCAL catalog" in page
    assert "becomes a new framework" in page
    assert not Framework.unscoped.exists()
    done = client.post(url)
    assert work(done["Location"]).state == "done"
    ended = client.get(done["Location"], follow=True)
    assert ended.redirect_chain[-1][0] == Framework.unscoped.get().get_absolute_url()
    assert "Imported: 29 new, 0 changed." in ended.content.decode()
    assert Requirement.unscoped.filter(framework__short="MVSP").count() == 29
    event = ActivityEvent.unscoped.get(verb="imported")
    assert (event.record.reference, event.detail[:13]) == ("FRM-0001", "catalog.json:")  # type: ignore[union-attr]
    assert job.result is not None


def test_second_time_there_is_nothing_to_do(client: Client) -> None:
    imported(client, "catalog.json", document("mvsp"))
    url, _job = checked(client, "catalog.json", document("mvsp"))
    page = said(client, url)
    assert "there is nothing to import" in page
    assert client.post(url)["Location"] == url
    assert Framework.unscoped.count() == 1


def test_what_it_is_is_told_by_its_content(client: Client, system: Actor) -> None:
    imported(client, "rich.json", document("rich"))
    adopt_framework(key="soc2-ai", by=system)
    for given, model in (
        (document("rich"), "catalog"),
        (profile(document("rich"), {"include-all": {}}), "profile"),
        (collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1"))), "mapping-collection"),
        (b"Number,Title\n1,One\n", "requirements"),
        (b"From framework,From number,To framework,To number\nSOC 2 AI themes,AI-EXT-1,FRM-0001,F-1\n", "mappings"),
    ):
        name = "x.csv" if isinstance(given, bytes) else "x.json"
        _url, job = checked(client, name, given)  # type: ignore[arg-type]
        assert job.result is not None
        assert (job.result["model"], job.result["problems"]) == (model, [])
    _url, job = checked(client, "x.txt", json.dumps(document("rich")).encode())
    assert job.result["model"] == "catalog"  # type: ignore[index]


def test_profile_and_mappings_from_upload_to_end(client: Client, system: Actor) -> None:
    imported(client, "rich.json", document("rich"))
    job = imported(client, "profile.json", profile(document("rich"), {"include-all": {}}))
    assert (job.state, job.result["reference"]) == ("done", "FRM-0002")  # type: ignore[index]
    adopt_framework(key="soc2-ai", by=system)
    url, _job = checked(client, "map.json", collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1"))))
    done = client.post(url)["Location"]
    assert work(done).state == "done"
    assert client.get(done)["Location"] == at("mappings-list")
    assert Mapping.unscoped.count() == 1


def test_broken_document_is_refused_at_the_door_with_its_place(client: Client) -> None:
    given = document("rich")
    given["catalog"]["groups"][1]["controls"][0]["id"] = "f-1"
    answer = upload(client, "catalog.json", given)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "catalog.groups[1].controls[0].id" in page
    assert "stands at catalog.groups[0]" in page
    assert not Job.unscoped.exists()
    assert ActivityEvent.unscoped.filter(verb="refused", detail__startswith="catalog.json").exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.json", b"{", "Not valid JSON"),
        ("x.json", b"MZ\x00\x01", "program"),
        ("x.exe", b"hello", "neither OSCAL"),
        ("x.pdf", b"%PDF-1.4", "neither OSCAL"),
        ("x.xlsx", b"PK\x03\x04nothing", "x.xlsx"),
        ("x.json", b"", "empty"),
        ("x.csv", b"a\x00b", "encoding"),
    ],
)
def test_what_cannot_be_read_is_refused(client: Client, name: str, data: bytes, words: str) -> None:
    answer = upload(client, name, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_no_file_is_said(client: Client) -> None:
    answer = client.post(at("frameworks-transfer"))
    assert (answer.status_code, "Choose a file first." in answer.content.decode()) == (422, True)


def test_problems_are_shown_with_their_places(client: Client) -> None:
    given = document("rich")
    given["catalog"]["groups"][0]["title"] = "t" * 241
    url, _job = checked(client, "catalog.json", given)
    page = said(client, url)
    assert "catalog.groups[0].title" in page
    assert "Import 11 entries" not in page


def test_question_is_asked_and_its_answer_kept(client: Client, system: Actor) -> None:
    imported(client, "rich.json", document("rich"))
    adopt_framework(key="soc2-ai", by=system)
    given = collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1")))
    for resource in given["mapping-collection"]["back-matter"]["resources"]:
        resource["title"] = "Unheard of"
    url, job = checked(client, "map.json", given)
    questions = job.result["questions"]  # type: ignore[index]
    assert "Unheard of" in said(client, url)
    url, job = again(client, url, **{"question-1": questions[0]["name"], "answer-1": "FRM-0001"})
    assert len(job.result["questions"]) == 1  # type: ignore[index]
    url, job = again(client, url, **{"question-1": questions[1]["name"], "answer-1": "FRM-0002"})
    assert (job.result["questions"], job.result["create"]) == ([], 1)  # type: ignore[index]


def test_framework_that_is_not_there_is_no_target(client: Client, other_organisation: Organisation) -> None:
    elsewhere = adopt_framework(key="gdpr-28", by=Actor.system(other_organisation))
    _url, job = checked(client, "x.csv", b"Number,Text\nArt 28,x\n", into=elsewhere.reference)
    assert "no framework" in job.result["problems"][0][3]  # type: ignore[index]


def test_settings_that_are_nonsense_do_no_harm(client: Client) -> None:
    url, _job = checked(client, "x.csv", b"Number,Title\n1,One\n", into="\x00'; --" + "x" * 5000)
    for fields in (
        {"name": "n" * 500, "short": "s" * 500}, {"name": "\x00\ud800".encode("utf-8", "replace").decode()},
        {f"question-{n}": "q" * 3000 for n in range(300)}, {"short": " "},
    ):  # fmt: skip
        url, job = again(client, url, **fields)
        assert job.state == "done", job.error


def test_somebody_elses_check_does_not_exist(client: Client, client_of: Callable[..., Client]) -> None:
    url, _job = checked(client, "catalog.json", document("mvsp"))
    assert client_of("administrator").get(url).status_code == 404
    assert client_of("administrator").post(url).status_code == 404


def test_reader_sees_ways_out_and_no_way_in(client_of: Callable[..., Client], system: Actor) -> None:
    framework = adopt_framework(key="gdpr-28", by=system)
    reader = client_of("reader")
    listed = said(reader, at("frameworks-list"))
    assert "OSCAL and tables" in listed
    assert "Import a catalogue" not in listed
    shown = said(reader, framework.get_absolute_url())
    assert "Export as OSCAL" in shown
    assert "Import into it" not in shown
    assert "Controls as OSCAL" not in said(reader, at("frameworks-exports"))
    assert reader.get(at("controls-oscal")).status_code == 404


def test_exports_are_offered_and_noted(client: Client, system: Actor) -> None:
    for key in ("soc2-ai", "soc2"):
        adopt_framework(key=key, by=system)
    page = said(client, at("frameworks-exports"))
    links = [
        at("frameworks-oscal", "FRM-0001"),
        at("frameworks-table", "FRM-0001", "xlsx"),
        at("frameworks-table", "FRM-0002", "csv"),
        at("frameworks-mappings", "FRM-0001", "FRM-0002", "json"),
        at("frameworks-mappings", "FRM-0001", "FRM-0002", "xlsx"),
        at("controls-oscal"),
    ]
    for link in links:
        assert link in page
        answer = client.get(link)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        if link.endswith("json"):
            assert errors(json.loads(answer.content)) == []
        else:
            assert b"".join(answer)
    exported = ActivityEvent.unscoped.filter(verb="exported")
    assert exported.count() == len(links)
    assert set(exported.exclude(record=None).values_list("record__reference", flat=True)) == {"FRM-0001", "FRM-0002"}


def test_exports_of_one_framework_show_it_first(client: Client, system: Actor) -> None:
    for key in ("soc2-ai", "soc2", "gdpr-28"):
        adopt_framework(key=key, by=system)
    page = said(client, f"{at('frameworks-exports')}?framework=FRM-0002&texts=1")
    assert at("frameworks-mappings", "FRM-0002", "FRM-0001", "json") in page
    assert at("frameworks-oscal", "FRM-0002") + "?texts=1" in page
    assert at("frameworks-oscal", "FRM-0003") not in page


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("frameworks-table", ("FRM-0001", "pdf")),
        ("frameworks-mappings", ("FRM-0001", "FRM-0002", "pdf")),
        ("frameworks-mappings", ("FRM-0001", "FRM-0001", "json")),
        ("frameworks-mappings", ("FRM-0001", "FRM-0002", "json")),
        ("frameworks-oscal", ("FRM-0009",)),
    ],
)
def test_what_is_not_there_is_not_found(name: str, args: tuple[str, ...], client: Client, system: Actor) -> None:
    for key in ("gdpr-28", "soc2"):
        adopt_framework(key=key, by=system)
    assert client.get(at(name, *args)).status_code == 404


def test_profile_is_offered_as_one(client: Client, system: Actor) -> None:
    bring(document("rich"), system)
    bring(profile(document("rich"), {"include-all": {}}), system)
    page = said(client, at("frameworks-exports"))
    assert "Profile <span" in page
    answer = client.get(at("frameworks-oscal", "FRM-0002"))
    assert list(json.loads(answer.content)) == ["profile"]
    assert answer["Content-Disposition"] == 'attachment; filename="frm-0002-profile.json"'


def test_other_organisation_gets_nothing(client: Client, system: Actor, other_organisation: Organisation) -> None:
    adopt_framework(key="gdpr-28", by=Actor.system(other_organisation))
    assert client.get(at("frameworks-oscal", "FRM-0001")).status_code == 404
    assert "GDPR" not in said(client, at("frameworks-exports"))
