"""The table of quality.md, by whose it is: what belongs to others does not exist, nor does what is missing."""

from collections.abc import Callable

import pytest

from grc.access.actor import Actor
from grc.models import Organisation
from tests.access.addresses import Address, values_for
from tests.access.asking import ask, families, inside, undone
from tests.access.rules import RULES
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("family", families("organisation"))
def test_organisation_pages_of_strangers_do_not_exist(
    family: list[Address],
    organisation: Organisation,
    other_organisation: Organisation,
    system: Actor,
    actor_of: Callable[..., Actor],
) -> None:
    stranger = inside(actor_of("administrator", other_organisation).person)  # type: ignore[arg-type]
    outsider = inside(make_person("outsider@example.org"))
    made: dict[str, str] = {}
    answered = []
    for address in family:
        values = values_for(address, system, made)
        url, foreign = address.fill(values), address.fill(values | {"organisation": "elsewhere"})
        asked = [(stranger, url), (outsider, url), (stranger, address.fill(values | {"organisation": "nowhere"}))]
        if "reference" in values:
            asked.append((stranger, foreign))
        for method in RULES[address.name].methods:  # what is answered to nobody is asked by roles
            for client, where in asked:
                with undone():
                    status = ask(client, method, where)
                if status not in {404, 405}:
                    answered.append((method, where, status))
    assert answered == []
