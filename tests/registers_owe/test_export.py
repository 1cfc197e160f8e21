"""What every register owes by being exported."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.exports.values import export_values
from grc.jobs.actions import run_job
from grc.models import Job
from grc.registers.cells import cells
from grc.registers.query import ListQuery
from grc.registers.register import Register, registers
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_list_is_exported_in_every_kind(
    register: Register, kind: str, system: Actor, client_of: Callable[..., Client]
) -> None:
    make(register.slug, system)
    response = client_of("administrator").get(f"{register.list_url('nordhaven')}export.{kind}")
    assert response.status_code == 200
    assert len(b"".join(response)) > 20  # type: ignore[arg-type]
    assert response["Content-Disposition"].startswith("attachment")


def test_export_writes_what_the_cells_say(register: Register, system: Actor, actor_of: Callable[..., Actor]) -> None:
    make(register.slug, system, tags=["a", "b"])
    make(register.slug, system, owner=actor_of("administrator").person)
    query = ListQuery(register, system)
    query.columns = tuple(dict.fromkeys([*register.columns, *register.more_columns, *register.fields]))
    expected = [[c.value for c in cells(register, row, query.columns)] for row in query.rows()]
    written: list[list[Any]] = list(export_values(register, query.rows(), query.columns))
    assert written == expected


def test_export_by_api_is_for_whoever_may_see_the_register(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    make(register.slug, system)
    url = f"/api/v1/o/nordhaven/{register.slug}/exports"
    for role in ROLES.values():
        status = client_of(role.key).post(url, {"kind": "csv"}, "application/json").status_code
        assert status == (202 if register.view in role.grants else 404), role.key


def test_export_made_by_a_worker_is_for_the_asker_alone(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    make(register.slug, system)
    client, other = client_of("administrator"), client_of("compliance-officer")
    asked = client.post(f"/api/v1/o/nordhaven/{register.slug}/exports", {"kind": "csv"}, "application/json").json()
    run_job(Job.unscoped.select_related("organisation", "person").get())
    assert client.get(f"/o/nordhaven/jobs/{asked['id']}/file").status_code == 200
    assert other.get(f"/o/nordhaven/jobs/{asked['id']}/file").status_code == 404
