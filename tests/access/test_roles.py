"""The table of quality.md, by role: every address, every method, every role."""

from collections.abc import Callable

import pytest

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.models import Organisation
from tests.access.addresses import Address, values_for
from tests.access.asking import METHODS, ask, expected, inside, named
from tests.access.rules import RULES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", named("organisation"))
def test_organisation_pages_by_role(
    address: Address, organisation: Organisation, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    rule, url = RULES[address.name], address.fill(values_for(address, system))
    for role in ROLES.values():
        client = inside(actor_of(role.key).person)  # type: ignore[arg-type]
        # a method that is answered to nobody is no matter of roles: the administrator stands for all who see the page
        methods = METHODS if role.key in {"administrator", "reader"} else rule.methods
        for method in methods:
            status = ask(client, method, url)
            assert status in expected(rule, method, role.grants), (role.key, method, url, status)
