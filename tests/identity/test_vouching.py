"""An organisation's provider speaks for its own people, in its own organisation, and never of administration."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.people import remove_person, roles_of
from grc.context import Context, working_in
from grc.identity.invitations import invite, state_of
from grc.identity.pages import signing_in
from grc.identity.providers import save_provider
from grc.identity.vouching import NotVouched, person_of_claims, roles_by_claim, took_second_step
from grc.models import Invitation, Membership, Organisation, Person
from grc.models.identity import IdentityProvider
from tests.conftest import PASSWORD, make_person

pytestmark = pytest.mark.django_db
MAP = {"risk": "contributor", "board": "approver"}


def a_provider(organisation: Organisation, domain: str = "nordhaven.example", **fields: Any) -> IdentityProvider:
    known = {"name": "Own", "issuer": f"https://id.{domain}", "client_id": "assay", "domains": [domain]}
    row = IdentityProvider(organisation=organisation, **known, **fields)
    by = Actor.system(organisation)
    with by.working():
        return save_provider(provider=row, by=by)


def claims(email: str = "nina@nordhaven.example", sub: str = "n-1", **more: Any) -> dict[str, Any]:
    return {"sub": sub, "email": email, "name": "Nina New"} | more


def held(person: Person, organisation: Organisation) -> set[str]:
    with working_in(Context(organisation.pk, None, "task")):
        return roles_of(person, organisation)


def sign_in(
    provider: IdentityProvider, given: dict[str, Any], monkeypatch: Any, browser: Client | None = None
) -> Client:
    """A browser that has come back from the provider with these claims."""
    from grc.identity.oidc.flow import Flow

    flow = Flow(str(provider.public_id), "s", "n", "v", "", again=False, begun_at=0)
    monkeypatch.setattr(signing_in, "come_back", lambda request, found: (flow, given))
    browser = browser or Client()
    browser.get(f"/account/provider/{provider.public_id}/callback")
    return browser


@pytest.fixture
def by(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("administrator")


# Whom it may vouch for


def test_member_of_the_domain_is_signed_in_and_linked(organisation: Organisation, monkeypatch: Any) -> None:
    person = make_person("nina@nordhaven.example", organisation, "reader")
    browser = sign_in(a_provider(organisation), claims(), monkeypatch)
    assert browser.get("/o/nordhaven/").status_code == 200
    assert SocialAccount.objects.get().user == person
    assert browser.get("/").headers["Location"] == "/o/nordhaven/"


@pytest.mark.parametrize(
    "given",
    [
        claims(email="nina@elsewhere.example"),
        claims(email="nina@evil.nordhaven.example"),
        claims(email="nina@nordhaven.example@evil.example"),
        claims(email=""),
        claims(email="@nordhaven.example"),
        claims(email="nina@nordhaven.example\x00"),
        claims(email_verified=False),
        claims(email_verified="false"),
    ],
)
def test_of_others_it_says_nothing(organisation: Organisation, given: dict[str, Any]) -> None:
    make_person("nina@nordhaven.example", organisation, "reader")
    make_person("nina@elsewhere.example", organisation, "reader")
    with pytest.raises(NotVouched):
        person_of_claims(
            provider=a_provider(organisation, provisions=True, role_map=MAP), claims=given | {"groups": "risk"}
        )
    assert not SocialAccount.objects.exists()


def test_address_that_moved_on_does_not_bring_the_account_along(organisation: Organisation) -> None:
    make_person("nina@nordhaven.example", organisation, "approver")
    provider = a_provider(organisation)
    person_of_claims(provider=provider, claims=claims(sub="the-first-nina"))
    with pytest.raises(NotVouched, match="another account"):
        person_of_claims(provider=provider, claims=claims(sub="the-second-nina"))


def test_linked_person_whose_address_left_the_domains_is_refused(organisation: Organisation) -> None:
    person = make_person("nina@nordhaven.example", organisation, "reader")
    provider = a_provider(organisation)
    person_of_claims(provider=provider, claims=claims())
    Person.objects.filter(pk=person.pk).update(email="nina@private.example")
    with pytest.raises(NotVouched):
        person_of_claims(provider=provider, claims=claims())


def test_closed_and_emergency_accounts_are_not_vouched_for(organisation: Organisation) -> None:
    provider = a_provider(organisation)
    changes: list[dict[str, Any]] = [{"is_active": False}, {"break_glass_for": organisation}]
    for number, change in enumerate(changes):
        person = make_person(f"p{number}@nordhaven.example", organisation, "administrator")
        Person.objects.filter(pk=person.pk).update(**change)
        with pytest.raises(NotVouched):
            person_of_claims(provider=provider, claims=claims(email=person.email, sub=str(number)))


def test_nobody_joins_without_invitation_or_provisioning(organisation: Organisation) -> None:
    with pytest.raises(NotVouched):
        person_of_claims(provider=a_provider(organisation), claims=claims())
    assert not Person.objects.filter(email="nina@nordhaven.example").exists()


def test_invited_person_comes_in_through_it(organisation: Organisation, by: Actor) -> None:
    with by.working():
        invitation = invite(email="nina@nordhaven.example", roles=["reader"], by=by)
    person = person_of_claims(provider=a_provider(organisation), claims=claims())
    assert held(person, organisation) == {"reader"}
    with by.working():
        assert state_of(Invitation.objects.within(organisation).get(pk=invitation.pk)) == "accepted"


# Another organisation's account


@pytest.mark.parametrize("provisions", [True, False])
def test_account_of_another_organisation_is_not_taken_over(
    organisation: Organisation, other_organisation: Organisation, by: Actor, provisions: bool, monkeypatch: Any
) -> None:
    victim = make_person("victim@elsewhere.example", other_organisation, "administrator")
    provider = a_provider(organisation, "elsewhere.example", provisions=provisions, role_map=MAP)
    with by.working():
        invite(email=victim.email, roles=["reader"], by=by)
    given = claims(email=victim.email, groups=["risk"])
    with pytest.raises(NotVouched):
        person_of_claims(provider=provider, claims=given)
    browser = sign_in(provider, given, monkeypatch)
    assert browser.get("/me/").status_code == 302
    assert not SocialAccount.objects.exists()
    assert held(victim, organisation) == set()


def in_both(organisation: Organisation, other: Organisation) -> Person:
    person = make_person("nina@nordhaven.example", organisation, "administrator")
    with Actor.system(other).working():
        Membership.objects.create(organisation=other, person=person, role="administrator")
    return person


def test_session_is_good_for_the_providers_organisation_alone(
    organisation: Organisation, other_organisation: Organisation, monkeypatch: Any
) -> None:
    in_both(organisation, other_organisation)
    browser = sign_in(a_provider(organisation), claims(), monkeypatch)
    assert browser.get("/o/nordhaven/people").status_code == 200
    assert browser.get("/api/v1/o/nordhaven/people").status_code == 200
    for path in ("/o/elsewhere/", "/o/elsewhere/people", "/api/v1/o/elsewhere/people"):
        assert browser.get(path).status_code == 404, path
    assert browser.post("/o/elsewhere/people", {"email": "x@y.example"}).status_code == 404
    assert "Elsewhere" not in browser.get("/o/nordhaven/").content.decode()


def test_session_changes_nothing_that_is_the_persons_everywhere(
    organisation: Organisation, other_organisation: Organisation, monkeypatch: Any
) -> None:
    person = in_both(organisation, other_organisation)
    browser = sign_in(a_provider(organisation), claims(), monkeypatch)
    for path in (
        "/me/tokens", f"/me/tokens/{uuid.uuid4()}/revoke", "/account/password/change/", "/account/2fa/",
        "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/generate/",
        "/account/sessions/",
    ):  # fmt: skip
        assert browser.get(path).status_code == 403, path
        assert browser.post(path, {"name": "x", "days": 7}).status_code == 403, path
    assert not person.api_tokens.exists()
    assert not Authenticator.objects.filter(user=person).exists()


def test_own_sign_in_afterwards_is_bound_no_more(
    organisation: Organisation, other_organisation: Organisation, monkeypatch: Any
) -> None:
    person = in_both(organisation, other_organisation)
    browser = sign_in(a_provider(organisation), claims(), monkeypatch)
    browser.post("/account/logout/")
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert browser.get("/o/elsewhere/").status_code == 200
    assert browser.get("/me/tokens").status_code == 200


def test_own_session_is_left_behind_by_a_providers(
    organisation: Organisation, other_organisation: Organisation, monkeypatch: Any
) -> None:
    person, browser = in_both(organisation, other_organisation), Client()
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert browser.get("/o/elsewhere/").status_code == 200
    sign_in(a_provider(organisation), claims(), monkeypatch, browser)
    assert browser.get("/o/elsewhere/").status_code == 404


def test_word_about_one_is_no_second_factor_of_another(organisation: Organisation) -> None:
    """Begun as oneself, with a second step at the provider, and then signed in with somebody else's password."""
    organisation.mfa_roles = ["administrator"]
    organisation.save()
    nina = make_person("nina@nordhaven.example", organisation, "reader")
    boss = make_person("boss@nordhaven.example", organisation, "administrator")
    browser = Client()
    session = browser.session
    session["assay_vouched"] = {
        "person": nina.pk, "organisation": organisation.pk, "provider": "x", "second_factor": True,
    }  # fmt: skip
    session.save()
    browser.post("/account/login/", {"login": boss.email, "password": PASSWORD})
    assert browser.get("/o/nordhaven/")["Location"].startswith("/me/second-step")
    assert browser.get("/me/tokens").status_code == 200
    assert "assay_vouched" not in browser.session


# Second factor


@pytest.mark.parametrize(
    ("amr", "enough"), [(["pwd"], False), (["pwd", "otp"], True), (["hwk"], True), ("mfa", False), (None, False)]
)
def test_second_step_at_the_provider_counts_if_it_says_so(
    organisation: Organisation, amr: Any, enough: bool, monkeypatch: Any
) -> None:
    organisation.mfa_roles = ["administrator"]
    organisation.save()
    make_person("nina@nordhaven.example", organisation, "administrator")
    browser = sign_in(a_provider(organisation), claims(amr=amr), monkeypatch)
    assert browser.get("/o/nordhaven/").status_code == (200 if enough else 302)
    assert took_second_step(claims(amr=amr)) is enough


# Roles by claim


def test_roles_are_given_and_ended_at_each_sign_in(organisation: Organisation) -> None:
    provider = a_provider(organisation, provisions=True, role_map=MAP)
    person = person_of_claims(provider=provider, claims=claims(groups=["risk", "board", "other"]))
    assert held(person, organisation) == {"contributor", "approver"}
    person_of_claims(provider=provider, claims=claims(groups="board"))
    assert held(person, organisation) == {"approver"}
    with pytest.raises(NotVouched, match="no role"):
        person_of_claims(provider=provider, claims=claims(groups=[]))
    assert held(person, organisation) == set()


def test_roles_that_no_claim_gives_stay(organisation: Organisation) -> None:
    person = make_person("nina@nordhaven.example", organisation, "reader", "approver", "administrator")
    provider = a_provider(organisation, role_map=MAP)
    person_of_claims(provider=provider, claims=claims())
    assert held(person, organisation) == {"reader", "administrator"}


def test_too_many_groups_to_send_end_nothing(organisation: Organisation) -> None:
    person = make_person("nina@nordhaven.example", organisation, "approver")
    given = claims(_claim_names={"groups": "src1"})
    person_of_claims(provider=a_provider(organisation, role_map=MAP), claims=given)
    assert held(person, organisation) == {"approver"}


@pytest.mark.parametrize("groups", [None, 7, {"a": 1}, [None, 7, ["risk"]], "", "Risk"])
def test_strange_claims_give_nothing(organisation: Organisation, groups: Any) -> None:
    provider = a_provider(organisation, role_map=MAP)
    assert roles_by_claim(provider, claims(groups=groups)) == set()


def test_administration_is_refused_everywhere(
    organisation: Organisation, by: Actor, client_of: Callable[..., Client]
) -> None:
    form = {
        "name": "Own", "issuer": "https://id.nordhaven.example", "client_id": "x", "domains": "nordhaven.example",
        "role_claim": "groups", "role_map": "it = administrator",
    }  # fmt: skip
    browser = client_of("administrator")
    page = browser.post("/o/nordhaven/identity-providers/new", form)
    assert page.status_code == 422
    assert "never given" in page.content.decode()
    body = form | {"domains": ["nordhaven.example"], "role_map": {"it": "administrator"}}
    answer = browser.post("/api/v1/o/nordhaven/identity-providers", body, "application/json")
    assert answer.status_code == 400
    assert "role_map" in answer.json()["fields"]
    with pytest.raises(ValidationError):
        a_provider(organisation, role_map={"it": "administrator"})
    with by.working():
        assert not IdentityProvider.objects.within(organisation).exists()


def test_administration_written_into_the_table_is_refused_at_sign_in_too(organisation: Organisation, by: Actor) -> None:
    provider = a_provider(organisation, provisions=True, role_map=MAP)
    with by.working():
        IdentityProvider.objects.within(organisation).update(role_map=MAP | {"it": "administrator"})
        provider.refresh_from_db()
    person = person_of_claims(provider=provider, claims=claims(groups=["it", "risk"]))
    assert held(person, organisation) == {"contributor"}
    boss = make_person("boss@nordhaven.example", organisation, "administrator")
    person_of_claims(provider=provider, claims=claims(email=boss.email, sub="boss", groups=[]))
    assert held(boss, organisation) == {"administrator"}


def test_removed_person_is_unlinked(organisation: Organisation, by: Actor) -> None:
    make_person("nina@nordhaven.example", organisation, "reader")
    provider = a_provider(organisation)
    person = person_of_claims(provider=provider, claims=claims())
    with by.working():
        remove_person(person=person, by=by)
    assert not SocialAccount.objects.exists()
    with pytest.raises(NotVouched):
        person_of_claims(provider=provider, claims=claims())


def test_link_is_forgotten_by_who_keeps_people(
    organisation: Organisation, client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    make_person("nina@nordhaven.example", organisation, "reader")
    provider = a_provider(organisation)
    person = person_of_claims(provider=provider, claims=claims(sub="the-first-nina"))
    page, deed = f"/o/nordhaven/people/{person.public_id}", f"/o/nordhaven/people/{person.public_id}/unlink"
    assert client_of("compliance-officer").post(deed).status_code == 403
    assert client_of("administrator", other_organisation).post(deed).status_code == 404
    browser = client_of("administrator")
    assert deed in browser.get(page).content.decode()
    assert browser.post(deed).status_code == 302
    assert deed not in browser.get(page).content.decode()
    assert person_of_claims(provider=provider, claims=claims(sub="the-second-nina")) == person


# Keeping providers


def test_domain_belongs_to_one_organisation(organisation: Organisation, other_organisation: Organisation) -> None:
    a_provider(organisation)
    with pytest.raises(ValidationError, match="somebody else"):
        a_provider(other_organisation)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", "http://id.nordhaven.example"),
        ("issuer", "ftp://id.nordhaven.example"),
        ("domains", ["*"]),
        ("domains", ["example"]),
        ("domains", []),
        ("domains", ["a b.example"]),
        ("role_map", {"x": "king"}),
        ("role_map", {"": "reader"}),
        ("role_map", ["reader"]),
        ("name", ""),
    ],
)
def test_bad_provider_is_named_at_its_field(client_of: Callable[..., Client], field: str, value: Any) -> None:
    body = {"name": "Own", "issuer": "https://id.x.example", "client_id": "x", "domains": ["x.example"]} | {
        field: value
    }
    answer = client_of("administrator").post("/api/v1/o/nordhaven/identity-providers", body, "application/json")
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["fields"]


def test_secret_is_written_and_never_read(client_of: Callable[..., Client], by: Actor) -> None:
    api = "/api/v1/o/nordhaven/identity-providers"
    body = {
        "name": "Own", "issuer": "https://id.x.example", "client_id": "x", "domains": ["x.example"],
        "client_secret": "very-secret-words", "organisation": 99, "public_id": str(uuid.uuid4()),
    }  # fmt: skip
    browser = client_of("administrator")
    made = browser.post(api, body, "application/json").json()
    assert made["has_secret"] is True
    shown = browser.get(f"/o/nordhaven/identity-providers/{made['id']}").content.decode() + str(made)
    assert "very-secret-words" not in shown
    with by.working():
        row = IdentityProvider.objects.within(by.organisation).get()
        assert row.client_secret.open() == "very-secret-words"  # type: ignore[attr-defined]
    form = {
        "name": "Other",
        "issuer": "https://id.x.example",
        "client_id": "x",
        "domains": "x.example",
        "client_secret": "",
    }
    assert browser.post(f"/o/nordhaven/identity-providers/{made['id']}", form).status_code == 302
    with by.working():
        row.refresh_from_db()
        assert (row.name, row.client_secret.open()) == ("Other", "very-secret-words")  # type: ignore[attr-defined]


def test_only_who_keeps_the_settings_changes_providers(
    organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    officer = actor_of("compliance-officer")
    with officer.working(), pytest.raises(Denied):
        save_provider(provider=IdentityProvider(organisation=organisation), by=officer)


def test_choice_depends_on_the_domain_alone(organisation: Organisation) -> None:
    make_person("known@nordhaven.example", organisation, "reader")
    a_provider(organisation)
    pages = {}
    for email in ("known@nordhaven.example", "unknown@nordhaven.example", "known@x.example", "other@x.example"):
        page = Client().post("/account/provider", {"email": email})
        pages[email] = page.content.decode().partition("<h1")[2].partition("<form")[0]
    assert pages["known@nordhaven.example"] == pages["unknown@nordhaven.example"]
    assert "Continue with Own" in pages["known@nordhaven.example"]
    assert "Nordhaven" not in pages["known@nordhaven.example"]
    assert pages["known@x.example"] == pages["other@x.example"]
    assert "Own" not in pages["known@x.example"]
    assert Client().post("/account/provider", {"email": "nonsense"}).status_code == 422


def test_provider_that_is_not_in_use_does_not_exist(organisation: Organisation) -> None:
    provider = a_provider(organisation, enabled=False)
    for path in ("", "/callback"):
        assert Client().get(f"/account/provider/{provider.public_id}{path}").status_code == 404
        assert Client().get(f"/account/provider/{uuid.uuid4()}{path}").status_code == 404
    assert "Own" not in Client().post("/account/provider", {"email": "a@nordhaven.example"}).content.decode()
