"""The pack of an organisation that has nothing yet, and who may ask for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aims.pack.clauses import HEADS, LINES
from grc.access.roles import ROLES
from grc.models import Job, Organisation
from grc.reports.pdf import to_pdf
from tests.aims.pack.test_content import made, points_of, under
from tests.aims.pack.test_pages import API, PAGE

pytestmark = pytest.mark.django_db
MAKERS = {"administrator", "compliance-officer", "contributor", "approver", "internal-auditor", "vendor-manager"}


def test_an_empty_organisation_is_open_everywhere(organisation: Organisation, actor_of: Any) -> None:
    officer = actor_of("compliance-officer")
    document = made(officer)
    assert len(to_pdf(document)) > 1000
    open_clauses = {clause for clause, text in points_of(officer) if text.startswith("Nothing is recorded")}
    assert open_clauses == {line.clause for line in LINES}
    assert "There is no Statement of Applicability for ISO/IEC 42001." in under(document, "12")
    assert {clause.partition(".")[0] for clause in open_clauses} == set(HEADS)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_it_exists_for_who_may_see_all_that_it_shows(
    role: str, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client = client_of(role)
    expected = 200 if role in MAKERS else 404
    assert client.get(PAGE).status_code == expected
    assert client.get(API).status_code == expected
    if role not in MAKERS:
        assert client.post(PAGE, {"kind": "pdf"}).status_code == 404
        assert client.post(API, {"kind": "pdf"}, "application/json").status_code == 404
        assert not Job.unscoped.exists()
    assert (PAGE in client.get("/o/nordhaven/").content.decode()) is (role in MAKERS)
