"""The table of quality.md, by whose it is: what belongs to others does not exist, nor does what is missing."""

from collections.abc import Callable

import pytest

from grc.access.actor import Actor
from grc.models import Organisation
from tests.access.addresses import Address, values_for
from tests.access.asking import ask, inside, named
from tests.access.rules import RULES
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", named("organisation"))
def test_organisation_pages_of_strangers_do_not_exist(
    address: Address,
    organisation: Organisation,
    other_organisation: Organisation,
    system: Actor,
    actor_of: Callable[..., Actor],
) -> None:
    values = values_for(address, system)
    url, foreign = address.fill(values), address.fill(values | {"organisation": "elsewhere"})
    missing = address.fill(values | {"organisation": "nowhere"})
    stranger = inside(actor_of("administrator", other_organisation).person)  # type: ignore[arg-type]
    outsider = inside(make_person("outsider@example.org"))
    for method in (*RULES[address.name].methods, "DELETE"):
        assert ask(stranger, method, url) in {404, 405}, (method, url)
        assert ask(outsider, method, url) in {404, 405}, (method, url)
        assert ask(stranger, method, missing) in {404, 405}, (method, missing)
        if "reference" in values:
            assert ask(stranger, method, foreign) in {404, 405}, (method, foreign)
