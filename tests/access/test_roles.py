"""The table of quality.md, by role: every address, every method, every standing that a role may have to it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.models import Organisation
from tests.access.addresses import Address, values_for
from tests.access.asking import METHODS, ask, expected, families, inside, roles_asking, undone
from tests.access.rules import RULES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("family", families("organisation"))
def test_organisation_pages_by_role(
    family: list[Address], organisation: Organisation, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    browsers = {role: inside(actor_of(role).person) for role in ROLES}  # type: ignore[arg-type]
    made: dict[str, str] = {}
    wrong = []
    for address in family:
        rule, url = RULES[address.name], address.fill(values_for(address, system, made))
        for at, role in enumerate(roles_asking(address)):
            # a method that is answered to nobody is no matter of roles: the first, who sees most, stands for all
            for method in rule.methods if at else METHODS:
                with undone():
                    status = ask(browsers[role.key], method, url)
                if status not in expected(rule, method, role.grants):
                    wrong.append((role.key, method, url, status))
    assert wrong == []


NAMES = set(ROLES) - {"approver"}  # an approver of one paper is no role
ROOT = Path(__file__).parents[2]
NAMES_ROLES = {
    "grc/access/roles.py": "the list itself",
    "grc/demo.py": "the demo's people",
    "grc/actions/people.py": "an organisation keeps one administrator",
    "grc/identity/providers.py": "an identity provider may not make administrators",
    "grc/identity/security.py": "who is advised to use a second step",
    "grc/management/commands/found_organisation.py": "the first person is an administrator",
    "grc/models/organisation.py": "who has to use a second step in a new organisation",
    "grc/views/people.py": "what an invitation offers first",
    "evidence/alarms.py": "who hears of an alarm",
    "evidence/sealing/alarm.py": "who hears of an alarm",
    "vendors/shadow/actions.py": "who hears of an alarm",
}


def test_a_role_is_nothing_but_its_grants() -> None:
    """No code judges by a role's name, so that one role may stand for all with the same grants."""
    found = {
        path.relative_to(ROOT).as_posix()
        for app in ("grc", "evidence", "vendors", "controls", "aims", "audits")
        for path in (ROOT / app).rglob("*.py")
        if not {"migrations", "demo"} & set(path.parts) and set(texts_in(path)) & NAMES
    }
    assert found == set(NAMES_ROLES)


def texts_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
