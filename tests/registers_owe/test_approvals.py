"""Approvals: a register that says what a signature means has them whole; one that does not has no trace of them."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from grc.access.actor import Actor
from grc.access.roles import Permission, Reach
from grc.approvals.actions import NotSendable
from grc.approvals.deciding import meanings_of
from grc.approvals.signing import sign_review
from grc.models import Organisation, Review
from grc.registers.register import Register, registers
from tests.approvals.making import approved, sent, somebody
from tests.conftest import PASSWORD
from tests.factories import make
from tests.test_registers import roles_with

pytestmark = [pytest.mark.django_db]
APPROVABLE = [pytest.param(register, id=register.slug) for register in registers if register.meanings]
OTHERS = [pytest.param(register, id=register.slug) for register in registers if not register.meanings]


@pytest.mark.parametrize("register", OTHERS)
def test_unapprovable_register_has_no_approvals(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client = client_of("administrator")
    for name in ("approvals", "send"):
        with pytest.raises(NoReverseMatch):
            reverse(f"{register.slug}-{name}", args=["nordhaven", record.reference])
        url = f"/o/nordhaven/{register.slug}/{record.reference}/{name}"
        assert client.get(url).status_code == 404
        assert client.post(url).status_code in (404, 405)
    api = f"/api/v1/o/nordhaven/{register.slug}/{record.reference}/approvals"
    assert client.get(api).status_code == 404
    shown = client.get(record.get_absolute_url()).content.decode()
    assert "Send for approval" not in shown
    assert "No version is in force yet." not in shown
    with pytest.raises(NotSendable):
        sent(record, somebody(system, "administrator"), somebody(system, "approver"))
    assert not Review.unscoped.exists()


@pytest.mark.parametrize("register", APPROVABLE)
def test_meanings_can_be_kept_word_for_word(register: Register) -> None:
    meanings = meanings_of(register)
    assert len(set(meanings)) == len(meanings)
    assert all(0 < len(meaning) <= 200 for meaning in meanings)


@pytest.mark.parametrize("register", APPROVABLE)
def test_some_role_approves_what_it_may_not_edit(register: Register) -> None:
    """Otherwise nobody could approve without having had a hand in it."""
    assert set(roles_with(Permission.APPROVE, Reach.ALL)) & set(roles_with(register.edit, None))


@pytest.mark.parametrize("register", APPROVABLE)
def test_record_goes_from_draft_to_force_and_paper(
    register: Register, system: Actor, organisation: Organisation
) -> None:
    record = make(register.slug, system)
    author, approver = somebody(system, "administrator", name="Ada"), somebody(system, "approver", name="Margit")
    browser = Client()
    browser.force_login(author.person)  # type: ignore[arg-type]
    data = {"approvers": [str(approver.person.public_id)], "note": "First edition", "lock": record.lock}  # type: ignore[union-attr]
    assert browser.post(register.url("send", record), data).status_code == 302
    review = Review.unscoped.get(key=record.key)
    browser.force_login(approver.person)  # type: ignore[arg-type]
    page = f"/o/nordhaven/approvals/{review.public_id}"
    shown = browser.get(page).content.decode()
    assert review.version.sha256 in shown
    for section in json.loads(bytes(review.version.body))["sections"]:
        for fact in section["facts"]:
            assert fact["heading"] in shown
    decision = {"decision": "approved", "meaning": meanings_of(register)[0], "password": PASSWORD}
    assert browser.post(f"{page}/decide", decision).status_code == 302
    assert sign_review(review_id=review.pk, organisation=organisation) is not None
    assert browser.get(f"{page}/signed.pdf").status_code == 200
    listed = browser.get(register.url("approvals", record)).content.decode()
    assert page in listed
    assert "Approved" in listed
    assert "Margit" in browser.get(record.get_absolute_url()).content.decode()


@pytest.mark.parametrize("register", APPROVABLE)
def test_page_and_api_agree_on_a_records_reviews(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record, other = make(register.slug, system), make(register.slug, system)
    author, approver = somebody(system, "administrator"), somebody(system, "approver")
    review = approved(sent(record, author, approver), approver)
    sent(other, author, approver)
    client = client_of("administrator")
    api = client.get(f"/api/v1/o/nordhaven/{register.slug}/{record.reference}/approvals").json()
    assert [(item["id"], item["state"]) for item in api["results"]] == [(str(review.public_id), "approved")]
    shown = client.get(register.url("approvals", record)).content.decode()
    assert shown.count("/o/nordhaven/approvals/") == 1  # this review's, and not the other record's


@pytest.mark.parametrize("register", APPROVABLE)
def test_send_follows_the_registers_own_permission(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    api = f"/api/v1/o/nordhaven/{register.slug}/{record.reference}/approvals"
    for role in roles_with(register.edit, None):
        client, seen = client_of(role), role in roles_with(register.view, *Reach)
        for status in (
            client.get(register.url("send", record)).status_code,
            client.post(register.url("send", record)).status_code,
            client.post(api, {}, "application/json").status_code,
        ):
            assert status == (403 if seen else 404), role
    assert not Review.unscoped.exists()
