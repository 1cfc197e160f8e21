"""Tags are tidy, compared without regard to case, and changed everywhere at once."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from grc.access.actor import Actor
from grc.models import Organisation
from grc.registers.register import registers
from grc.search.renaming import TagRefused, rename_tag
from grc.search.tags import tags_in_use, tidy_tags
from tests.factories import make
from tests.test_registers import form_data

pytestmark = pytest.mark.django_db


def test_tidy_tags_keeps_the_first_way_of_writing() -> None:
    assert tidy_tags([" EU ", "eu", "", "two  words", "Two Words", "a,b"]) == ["EU", "two words", "a b"]
    with pytest.raises(ValidationError):
        tidy_tags([str(n) for n in range(21)])
    with pytest.raises(ValidationError):
        tidy_tags(["x" * 41])


def test_tags_are_tidied_by_page_and_api(system: Actor, client_of: Callable[..., Client]) -> None:
    record = make("evidence", system)
    client, api = client_of("administrator"), f"/api/v1/o/nordhaven/evidence/{record.reference}"
    answer = client.patch(api, {"lock": 1, "tags": [" EU ", "eu", "Motor"]}, "application/json")
    assert answer.json()["tags"] == ["EU", "Motor"]
    assert client.patch(api, {"lock": 2, "tags": [str(n) for n in range(21)]}, "application/json").status_code == 400
    record.refresh_from_db()
    form = form_data(registers.by_slug("evidence"), record, system) | {"tags": "eu, , Fleet , EU"}
    assert client.post(record.get_absolute_url() + "/edit", form).status_code == 302
    record.refresh_from_db()
    assert record.tags == ["eu", "Fleet"]
    form |= {"lock": "3", "tags": ",".join(str(n) for n in range(21))}
    assert client.post(record.get_absolute_url() + "/edit", form).status_code == 422


def test_tags_lead_to_the_list_that_has_them(system: Actor, client_of: Callable[..., Client]) -> None:
    record = make("ai-systems", system, tags=["R&D", "<b>"])
    body = client_of("administrator").get(record.get_absolute_url()).content.decode()
    assert 'href="/o/nordhaven/ai-systems/?tag=R%26D"' in body
    assert "&lt;b&gt;" in body
    shown = client_of("administrator").get("/o/nordhaven/ai-systems/?tag=r%26d").context["page"]
    assert [row.reference for row in shown] == [record.reference]


def test_form_suggests_what_is_in_use_here(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    make("risks", system, tags=["Motor"])
    make("risks", Actor.system(other_organisation), tags=["Foreign"])
    body = client_of("administrator").get("/o/nordhaven/risks/new").content.decode()
    assert '<option value="Motor">' in body
    assert "Foreign" not in body


def test_tags_in_use_are_counted_by_register(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    make("risks", system, tags=["EU", "Motor"])
    make("ai-systems", system, tags=["eu"])
    make("risks", Actor.system(other_organisation), tags=["Foreign"])
    with system.working():
        uses = {use.tag.lower(): use.registers for use in tags_in_use(actor_of("administrator"))}
        assert uses == {"eu": {"risks": 1, "ai-systems": 1}, "motor": {"risks": 1}}
        # a reader sees no risks, so not their tags either
        assert [use.registers for use in tags_in_use(actor_of("reader"))] == [{"ai-systems": 1}]
    assert "Motor" not in client_of("reader").get("/o/nordhaven/tags").content.decode()
    assert client_of("administrator").get("/api/v1/o/nordhaven/tags").json()[0]["count"] == 2


def test_tag_is_merged_everywhere_with_a_history_entry_each(
    system: Actor, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    both = make("risks", system, tags=["EU", "Europe"])
    other = make("ai-systems", system, tags=["europe"])
    untouched = make("evidence", system, tags=["Motor"])
    response = client_of("administrator").post("/o/nordhaven/tags/rename", {"tag": "Europe", "to": "EU"})
    assert response.status_code == 302
    for record, tags, entries in ((both, ["EU"], 2), (other, ["EU"], 2), (untouched, ["Motor"], 1)):
        record.refresh_from_db()
        assert (record.tags, record.history.count()) == (tags, entries)


def test_tag_on_a_record_that_one_may_not_change_stays_everywhere(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    contributor = actor_of("contributor")
    mine = make("risks", system, owner=contributor.person, tags=["EU"])
    theirs = make("risks", system, tags=["EU"])
    with contributor.working(), pytest.raises(TagRefused, match=theirs.reference):
        rename_tag(tag="EU", to="Europe", by=contributor)
    response = client_of("reader").post("/o/nordhaven/tags/rename", {"tag": "EU", "to": "Europe"})
    assert response.status_code in {302, 422}
    api = client_of("contributor").post(
        "/api/v1/o/nordhaven/tags/rename", {"tag": "eu", "to": "Europe"}, "application/json"
    )
    assert api.status_code == 409
    for record in (mine, theirs):
        record.refresh_from_db()
        assert record.tags == ["EU"]
