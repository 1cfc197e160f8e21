"""The table of quality.md, for who has not signed in."""

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.models import Organisation
from tests.access.addresses import Address, values_for
from tests.access.asking import OURS
from tests.access.rules import RULES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [pytest.param(a, id=a.name) for a in OURS])
def test_pages_without_a_login_ask_for_one(address: Address, organisation: Organisation, system: Actor) -> None:
    rule = RULES[address.name]
    url = address.fill(values_for(address, system))
    response = Client().get(url)
    if rule.where == "public":
        assert response.status_code == 200
    elif rule.where == "entrance":
        assert response.status_code in {403, 404}
    elif address.route.startswith("api/v1/") and address.name != "api-documentation":
        assert response.status_code == 401
    else:
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]
