"""Taking over catalogues and starters, by page and by API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from controls.actions.frameworks import adopt_framework
from controls.actions.starters import adopt_starters
from controls.models import Control, Framework, Requirement
from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.models import Link, Organisation
from tests.controls.making import queries_of
from tests.factories import make

pytestmark = pytest.mark.django_db
CATALOGUES, STARTERS = "/o/nordhaven/frameworks/catalogues", "/o/nordhaven/controls/starters"
API = "/api/v1"


@pytest.fixture
def officer(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_seven_catalogues_are_offered_with_what_one_must_know(officer: Client) -> None:
    page = text_of(officer.get(CATALOGUES))
    assert page.count("Take over</button>") == 7
    for words in ("First edition, December 2023", "93", "AICPA", "21 Nov 2026", "is not shipped"):
        assert words in page


def test_a_catalogue_is_taken_over_and_shown_as_in_use(officer: Client) -> None:
    answer = officer.post(CATALOGUES, {"catalogue": "soc2-ai"}, follow=True)
    framework = Framework.unscoped.get()
    assert answer.redirect_chain == [(framework.get_absolute_url(), 302)]
    assert "SOC 2 AI themes is in use, with 5 lines." in text_of(answer)
    page = text_of(officer.get(CATALOGUES))
    assert "Open FRM-0001 SOC 2 AI themes" in page
    assert page.count("Take over</button>") == 6
    more = officer.post(CATALOGUES, {"catalogue": "soc2"}, follow=True)
    assert "21 mappings to your other frameworks are proposed." in text_of(more)


@pytest.mark.parametrize("key", ["", "iso9001", "soc2-ai\x00"])
def test_a_catalogue_that_is_none_is_refused_with_a_sentence(officer: Client, key: str) -> None:
    answer = officer.post(CATALOGUES, {"catalogue": key})
    assert answer.status_code == 422
    assert "There is no catalogue" in text_of(answer)
    assert officer.post(API + CATALOGUES, {"catalogue": key}, "application/json").status_code == 400


def test_the_same_twice_is_refused_by_page_and_api(officer: Client) -> None:
    officer.post(CATALOGUES, {"catalogue": "soc2-ai"})
    again = officer.post(CATALOGUES, {"catalogue": "soc2-ai"})
    assert again.status_code == 422
    assert "in use already" in text_of(again)
    answer = officer.post(API + CATALOGUES, {"catalogue": "soc2-ai"}, "application/json")
    assert answer.status_code == 409
    assert "in use already" in answer.json()["error"]


def test_api_lists_and_takes_over_and_the_same_key_does_it_once(officer: Client) -> None:
    listed = officer.get(API + CATALOGUES).json()
    assert {one["catalogue"]: one["requirements"] for one in listed}["nist-ai-rmf"] == 72
    assert {one["framework"] for one in listed} == {None}
    for _ in range(2):
        made = officer.post(
            API + CATALOGUES, {"catalogue": "gdpr-28"}, "application/json", headers={"Idempotency-Key": "once"}
        )
        assert made.status_code == 201
        assert made.json() == {"reference": "FRM-0001", "name": "GDPR Article 28: processors"}
    assert Framework.unscoped.count() == 1


def test_who_only_reads_sees_the_catalogues_and_takes_none(client_of: Callable[..., Client]) -> None:
    reader = client_of("reader")
    page = text_of(reader.get(CATALOGUES))
    assert "Take over</button>" not in page
    assert reader.post(CATALOGUES, {"catalogue": "soc2"}).status_code == 403
    assert reader.post(API + CATALOGUES, {"catalogue": "soc2"}, "application/json").status_code == 403
    assert not Framework.unscoped.exists()


def test_the_list_of_frameworks_leads_to_the_catalogues(officer: Client) -> None:
    assert f'href="{CATALOGUES}"' in officer.get("/o/nordhaven/frameworks/").content.decode()


def test_catalogues_of_another_organisation_are_not_in_use_here(
    officer: Client, other_organisation: Organisation
) -> None:
    adopt_framework(key="soc2-ai", by=Actor.system(other_organisation))
    assert "In use" not in text_of(officer.get(CATALOGUES)).replace("Frameworks in use", "")


# Starters


def test_starters_stand_in_their_areas_and_say_what_is_missing(officer: Client) -> None:
    page = text_of(officer.get(STARTERS))
    assert page.count("data-pick ") == 43
    for words in ("A.2 Policies related to AI", "A.10 Third-party", "AI themes that buyers ask for"):
        assert words in page
    assert "ISO 42001 is not in use here" in page
    assert "1 runs by itself" in page


def test_without_iso_42001_one_is_told_so_first(officer: Client, system: Actor) -> None:
    adopt_framework(key="iso42001", by=system)
    page = text_of(officer.get(STARTERS))
    assert "ISO 42001 is not in use" not in page
    assert Requirement.unscoped.get(code="A.2.2").get_absolute_url() in page


def test_chosen_starters_become_planned_controls_that_serve(officer: Client, system: Actor) -> None:
    adopt_framework(key="iso42001", by=system)
    answer = officer.post(STARTERS, {"starter": ["a-2-2", "a-2-3"]}, follow=True)
    assert "2 controls are planned." in text_of(answer)
    assert [control.state for control in Control.unscoped.all()] == ["planned", "planned"]
    assert Link.unscoped.filter(target__register="requirements").count() == 2
    page = text_of(officer.get(STARTERS))
    assert "In use: CTL-0001" in page
    assert page.count("data-pick ") == 41
    assert officer.post(STARTERS, {"starter": "a-2-4"})["Location"] == "/o/nordhaven/controls/CTL-0003"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], "Choose at least one starter."),
        (["a-9-9"], "There is no starter"),
        (["a-2-3", "a-2-2"], "is in use already"),
        (["a-2-4", "a-3-2"], "is called “Review the AI policy every year and after trouble” as well"),
    ],
)
def test_refused_starters_make_nothing_and_stay_ticked(
    officer: Client, system: Actor, keys: list[str], words: str
) -> None:
    adopt_starters(keys=["a-2-2"], by=system)
    make("controls", system, name="Review the AI policy every year and after trouble")
    answer = officer.post(STARTERS, {"starter": keys})
    assert answer.status_code == 422
    page = text_of(answer)
    assert words in page
    if "a-2-3" in keys:
        assert 'value="a-2-3" form="adopt" data-pick checked' in page
    assert Control.unscoped.count() == 2


def test_starters_by_api(officer: Client) -> None:
    listed = officer.get(API + STARTERS).json()
    assert len(listed) == 43
    assert listed[0]["serves"] == ["ISO 42001 A.2.2"]
    assert sum(one["by_itself"] for one in listed) > 5
    made = officer.post(API + STARTERS, {"starters": ["a-2-2", "ai-path-5"]}, "application/json")
    assert [one["reference"] for one in made.json()] == ["CTL-0001", "CTL-0002"]
    assert officer.get(API + STARTERS).json()[0]["control"] == "CTL-0001"
    again = officer.post(API + STARTERS, {"starters": ["a-2-2"]}, "application/json")
    assert again.status_code == 409
    for wrong in ({}, {"starters": []}, {"starters": ["a-9-9"]}, {"starters": "a-2-2"}):
        refused = officer.post(API + STARTERS, wrong, "application/json")
        assert refused.status_code == 400
        assert "starters" in refused.json()["fields"]


def test_an_owner_of_their_own_records_may_begin_with_starters(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], system: Actor
) -> None:
    adopt_framework(key="iso42001", by=system)
    client = client_of("contributor")
    assert client.post(STARTERS, {"starter": "a-2-2"}).status_code == 302
    assert Control.unscoped.get().owner == actor_of("contributor").person
    assert client_of("internal-auditor").post(STARTERS, {"starter": "a-2-3"}).status_code == 403
    assert client_of("reader").get(STARTERS).status_code == 404


def test_an_archived_control_sets_its_starter_free(officer: Client, system: Actor) -> None:
    (control,) = adopt_starters(keys=["a-2-2"], by=system)
    archive_record(record=control, by=system)
    assert text_of(officer.get(STARTERS)).count("data-pick ") == 43


def test_both_pages_take_as_many_queries_full_as_empty(officer: Client, system: Actor) -> None:
    pages = (CATALOGUES, STARTERS)
    before = {url: queries_of(lambda url=url: officer.get(url)) for url in pages}  # type: ignore[misc]
    for key in ("iso42001", "soc2"):
        adopt_framework(key=key, by=system)
    adopt_starters(keys=["a-2-2", "a-2-3", "ai-path-1"], by=system)
    for url in pages:
        after = queries_of(lambda url=url: officer.get(url))  # type: ignore[misc]
        assert len(after) == len(before[url]), "\n".join(after)
