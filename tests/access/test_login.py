"""The table of quality.md, for who has not signed in."""

from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.models import Organisation
from tests.access.addresses import Address, values_for
from tests.access.asking import ASKED
from tests.access.rules import RULES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("where", sorted({rule.where for rule in RULES.values()}))
def test_pages_without_a_login_ask_for_one(where: str, organisation: Organisation, system: Actor) -> None:
    made: dict[str, str] = {}
    wrong = []
    for address in (address for address in ASKED if RULES[address.name].where == where):
        url = address.fill(values_for(address, system, made))
        response = Client().get(url)
        if not asks_for_a_login(address, response):
            wrong.append((url, response.status_code))
    assert wrong == []


def asks_for_a_login(address: Address, response: Any) -> bool:
    where, status = RULES[address.name].where, response.status_code
    if where == "public":
        return bool(status == 200)
    if where == "entrance":
        return status in {403, 404}
    if address.route.startswith("api/v1/") and address.name != "api-documentation":
        return bool(status == 401)
    return status == 302 and "/account/login/" in response["Location"]
