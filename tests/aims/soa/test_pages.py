"""The working page: what it shows, what is done there, and in how many queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from aims.home.soa import first_statement, statements_to_look_at
from aims.models import SoA, SoADecision
from aims.soa.actions import add_control
from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.models import Organisation
from grc.registers.pages import one_primary
from grc.registers.register import Action
from tests.aims.soa.setting import (
    BASE,
    IN,
    OUT,
    decide_as,
    decision,
    framework_like,
    serve,
    soa_of,
    statement,
    text_of,
    treat,
    url,
)  # fmt: skip
from tests.factories import make

pytestmark = pytest.mark.django_db
CODES = ("A.2.2", "A.2.3", "A.5.2", "A.7.5", "A.10.3")
HTMX = {"HX-Request": "true"}


def posted(row: SoADecision, **values: Any) -> dict[str, Any]:
    return {"lock": row.lock, "applies": "in", "reason": "So.", "status": "", "how": ""} | values


def test_all_controls_by_area_with_what_serves_them(system: Actor, client_of: Callable[..., Client]) -> None:
    soa = statement(system, CODES)
    control = serve(system, soa, "A.5.2", name="Assess before build")
    risk = treat(system, control)
    decide_as(system, soa, IN, "A.2.2", reason="The board wants it.")
    page = text_of(client_of("compliance-officer"), url(soa))
    for shown in ("1 of 5 decided.", "A.5 Assessing impacts of AI systems", "The board wants it.",
                  "Assess before build", risk.reference, "good practice", "Take all over"):  # fmt: skip
        assert shown in page
    assert page.count('name="decision"') == len(CODES)


def test_who_only_reads_gets_no_buttons_and_who_sees_no_risks_no_risks(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    soa = statement(system, CODES)
    risk = treat(system, serve(system, soa, "A.5.2"))
    page = text_of(client_of("internal-auditor"), url(soa))
    assert risk.reference in page
    for button in ('name="decision"', "Take all over", "Add and include</button>", "hx-get"):
        assert button not in page.split('id="main"')[1]
    assert risk.reference not in text_of(client_of("procurement-responder"), url(soa))
    assert client_of("reader").get(url(soa)).status_code == 404


@pytest.mark.parametrize(
    ("show", "codes"),
    [
        ("", CODES),
        ("undecided", ("A.2.3", "A.5.2", "A.10.3")),
        ("out", ("A.7.5",)),
        ("contradictions", ("A.7.5",)),
        ("bare", ("A.2.2", "A.2.3", "A.7.5", "A.10.3")),
        ("nonsense", CODES),
    ],
)
def test_filters(system: Actor, client_of: Callable[..., Client], show: str, codes: tuple[str, ...]) -> None:
    soa = statement(system, CODES)
    make("ai-systems", system, role="provider")
    serve(system, soa, "A.5.2")
    decide_as(system, soa, IN, "A.2.2")
    decide_as(system, soa, OUT, "A.7.5")
    page = text_of(client_of("compliance-officer"), f"{url(soa)}?show={show}")
    assert [code for code in CODES if f'<span class="soa-number">{code}</span>' in page] == list(codes)


def test_a_row_is_decided_in_place_and_on_a_page(system: Actor, client_of: Callable[..., Client]) -> None:
    soa, client = statement(system, CODES), client_of("compliance-officer")
    row = decision(soa, "A.2.2")
    address = url(soa, f"decisions/{row.reference}")
    assert "<html" not in client.get(address, headers=HTMX).content.decode()
    assert "<html" in text_of(client, address)
    refused = client.post(address, posted(row, reason=""), headers=HTMX)
    assert refused.status_code == 422
    assert "Give the reason" in refused.content.decode()
    saved = client.post(address, posted(row, reason="The board wants it.", status="partly"), headers=HTMX)
    assert saved.status_code == 200
    assert "The board wants it." in saved.content.decode()
    stale = client.post(address, posted(row, applies="out", reason="Mine."))
    assert stale.status_code == 409
    assert "Mine." in stale.content.decode()
    now = decision(soa, "A.2.2")
    assert (now.applies, now.status) == ("in", "partly")
    done = client.post(address, posted(now, applies="undecided", reason=""))
    assert (done.status_code, done["Location"]) == (302, f"{url(soa)}#{row.reference}")
    assert client.post(address, {"lock": "x"}).status_code == 422


def test_a_row_of_another_statement_is_not_there(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    soa, client = statement(system, CODES), client_of("compliance-officer")
    foreign = statement(Actor.system(other_organisation), CODES)
    assert client.get(url(soa, "decisions/SOD-0999")).status_code == 404
    assert client.get(f"/o/elsewhere/soa/{foreign.reference}/decisions").status_code == 404
    for role in ("internal-auditor", "approver"):
        row = decision(soa, "A.2.2")
        assert client_of(role).post(url(soa, f"decisions/{row.reference}"), posted(row)).status_code == 403


def test_several_at_once(system: Actor, client_of: Callable[..., Client]) -> None:
    soa, client = statement(system, CODES), client_of("compliance-officer")
    picked = [f"{row.reference}:{row.lock}" for row in (decision(soa, "A.2.2"), decision(soa, "A.2.3"))]
    address = url(soa, "decisions/many")
    refused = client.post(address, {"decision": picked, "applies": "in", "reason": ""})
    assert refused.status_code == 422
    assert refused.content.decode().count("checked") >= 2  # what was ticked stays ticked
    assert client.post(address, {"applies": "in", "reason": "So."}).status_code == 422
    assert client.post(address, {"decision": ["x"], "applies": "perhaps"}).status_code == 422
    done = client.post(address, {"decision": picked, "applies": "in", "reason": "So.", "show": "undecided"})
    assert (done.status_code, done["Location"]) == (302, f"{url(soa)}?show=undecided")
    assert client.post(address, {"decision": picked, "applies": "out", "reason": "No."}).status_code == 409
    assert {decision(soa, code).applies for code in ("A.2.2", "A.2.3")} == {"in"}


def test_adding_and_taking_over(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    soa, client = statement(system, CODES), client_of("compliance-officer")
    own, foreign = make("controls", system), make("controls", Actor.system(other_organisation))
    for given in ({"control": foreign.name, "reason": "So."}, {"control": own.reference, "reason": ""}):
        assert client.post(url(soa, "decisions/added"), given).status_code == 422
    added = {"control": own.reference, "reason": "RSK-0001"}
    assert client.post(url(soa, "decisions/added"), added).status_code == 302
    treat(system, serve(system, soa, "A.5.2"))
    key = decision(soa, "A.5.2").reference
    assert client.post(url(soa, "decisions/proposals"), {"proposal": ["SOD-0777"]}).status_code == 422
    assert client.post(url(soa, "decisions/proposals"), {"proposal": [key]}).status_code == 302
    assert decision(soa, "A.5.2").applies == "in"
    archive_record(record=decision(soa, "A.2.2"), by=system)
    assert "is not in this statement" in text_of(client, url(soa))
    assert client.post(url(soa, "decisions/complete")).status_code == 302
    assert "is not in this statement" not in text_of(client, url(soa))


def test_begin_offers_what_has_controls_and_no_statement(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    assert "Take the catalogue over first" in text_of(client, f"{BASE}/begin")
    framework = framework_like(system, codes=CODES)
    make("frameworks", system, name="Without controls")
    page = text_of(client, f"{BASE}/begin")
    assert "5 controls" in page
    assert "Without controls" not in page
    assert client.post(f"{BASE}/begin", {"framework": "FRM-0999"}).status_code == 422
    begun = client.post(f"{BASE}/begin", {"framework": framework.reference})
    assert begun["Location"] == url(SoA.unscoped.get())
    assert client.post(f"{BASE}/begin", {"framework": framework.reference}).status_code == 422
    assert client_of("internal-auditor").get(f"{BASE}/begin").status_code == 403


def test_one_next_step_a_page(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")

    def primary(address: str) -> list[str]:
        found = html.fromstring(client.get(address).content.decode()).xpath(
            "//main//*[contains(@class, 'btn-primary')]"
        )
        return [" ".join(one.text_content().split()) for one in found]

    assert primary(f"{BASE}/") == ["New statement of applicability"]
    framework = framework_like(system, codes=CODES)
    framework_like(system, "iso27001", codes=["A.5.1"])
    assert primary(f"{BASE}/begin") == ["Begin"]
    soa = soa_of(framework, system)
    assert primary(f"{BASE}/") == ["New statement of applicability"]
    assert primary(soa.get_absolute_url()) == ["Decide"]
    assert primary(url(soa)) == []
    actions = [Action(name, "/", "x", primary=name != "Compare") for name in ("Decide", "Compare", "Send")]
    assert [action.primary for action in one_primary(actions)] == [True, False, False]
    assert one_primary([]) == []


def test_the_record_says_what_contradicts_it_and_what_is_to_be_approved(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    soa = statement(system, CODES)
    part = make("components", system, supplier="OpenAI")
    decide_as(system, soa, OUT, "A.10.3", reason="No suppliers.")
    page = text_of(client_of("compliance-officer"), soa.get_absolute_url())
    for shown in ("although parts of AI systems come from suppliers", part.reference, "No treatment plan is approved",
                  "your own practice", "1 of 5 controls are decided"):  # fmt: skip
        assert shown in page
    assert "Treatment plans are not for your role" in text_of(client_of("platform-engineer"), soa.get_absolute_url())


def test_home_says_what_to_decide_and_what_contradicts(system: Actor, actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    assert list(first_statement(officer)) == []
    framework_like(system, codes=())
    assert [todo.text for todo in first_statement(officer)] == ["Begin the statement of applicability"]
    assert list(first_statement(actor_of("reader"))) == []
    soa = statement(system, ("A.5.19",), key="iso27001")
    assert list(first_statement(officer)) == []
    make("components", system, supplier="OpenAI")
    assert [todo.text for todo in statements_to_look_at(officer)] == ["Decide 1 control in SOA-0001"]
    decide_as(system, soa, OUT, "A.5.19")
    (todo,) = statements_to_look_at(officer)
    assert (todo.text, todo.tone) == ("Look at A.5.19 in SOA-0001", "red")
    assert list(statements_to_look_at(actor_of("internal-auditor"))) == []


def test_as_many_queries_for_five_controls_as_for_all(system: Actor, client_of: Callable[..., Client]) -> None:
    client, counts = client_of("compliance-officer"), []
    for key, codes, served in (("iso42001", CODES, ("A.2.2",)), ("iso27001", None, ("A.5.1", "A.5.2", "A.6.1"))):
        soa = statement(system, codes, key=key)
        for code in served:
            treat(system, serve(system, soa, code))
        add_control(soa=soa, control=make("controls", system), reason="So.", by=system)
        client.get(url(soa))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(soa)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
