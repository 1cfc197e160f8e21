"""What every register owes by being imported into."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from grc.access.actor import Actor
from grc.access.roles import ROLES, Reach
from grc.imports.actions import check_rows
from grc.imports.plan import BadPlan, Plan
from grc.imports.targets import targets_of
from grc.models import Organisation, RecordKey
from grc.models.secret import SecretField
from grc.registers.register import Register, registers
from tests.factories import make
from tests.imports.sending import imported, match, upload, work, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)]
HOSTILE = ("organisation", "organisation_id", "id", "key", "lock", "created_by", "updated_by", "archived_at", "pk")


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def exported(client: Client, register: Register) -> bytes:
    """The register's list with every column that there is."""
    columns = "&".join(f"col={name}" for name in dict.fromkeys([*register.columns, *register.more_columns]))
    return b"".join(client.get(f"{register.list_url('nordhaven')}export.xlsx?{columns}"))


def test_exported_list_imports_unchanged(register: Register, system: Actor, client: Client) -> None:
    for _ in range(3):
        make(register.slug, system, tags=["one", "two"])
    before = dict(register.model.unscoped.values_list("reference", "lock"))
    job = imported(client, register.slug, "again.xlsx", exported(client, register))
    assert job.state == "done", job.error
    assert job.result is not None
    assert job.result["problems"] == []
    assert (job.result["create"], job.result["change"], job.result["same"]) == (0, 0, len(before))
    assert dict(register.model.unscoped.values_list("reference", "lock")) == before


def test_exported_csv_imports_unchanged(register: Register, system: Actor, client: Client) -> None:
    make(register.slug, system)
    data = b"".join(client.get(f"{register.list_url('nordhaven')}export.csv"))
    job = imported(client, register.slug, "again.csv", data)
    assert job.result is not None
    assert (job.result["problems"], job.result["create"], job.result["change"]) == ([], 0, 0)


def test_check_names_the_bad_row(register: Register, system: Actor, client: Client) -> None:
    record = make(register.slug, system)
    keys = RecordKey.unscoped.count()
    data = workbook(
        ("Reference", "Owner"),
        (record.reference, ""),
        (f"{register.prefix}-9999", ""),
        (record.reference, "nobody@example.org"),
    )
    job = imported(client, register.slug, "bad.xlsx", data)
    assert (job.kind, job.state) == ("import-check", "done")
    assert job.result is not None
    named = [(row, column, value) for row, column, value, _reason in job.result["problems"]]
    assert (3, "Reference", f"{register.prefix}-9999") in named
    assert (4, "Owner", "nobody@example.org") in named
    assert all(reason for *_rest, reason in job.result["problems"])
    assert RecordKey.unscoped.count() == keys


def test_records_of_another_organisation_are_unknown(
    register: Register, other_organisation: Organisation, client: Client
) -> None:
    theirs = make(register.slug, Actor.system(other_organisation))
    job = imported(client, register.slug, "a.xlsx", workbook(("Reference", "Tags"), (theirs.reference, "stolen")))
    assert job.result is not None
    assert job.result["bad"] == 1
    assert "no record" in job.result["problems"][0][3]
    theirs.refresh_from_db()
    assert theirs.lock == 1


def test_pages_are_for_whoever_may_write(register: Register, system: Actor, client_of: Callable[..., Client]) -> None:
    names = ("import", "import-template")
    urls = [reverse(f"{register.slug}-{name}", args=["nordhaven"]) for name in names]
    api = reverse(f"api-{register.slug}-imports", args=["nordhaven"])
    for role in ROLES.values():
        client = client_of(role.key)
        sees, writes = register.view in role.grants, register.edit in role.grants
        expected = 200 if sees and writes else 403 if sees else 404
        assert [client.get(url).status_code for url in urls] == [expected, expected], role.key
        sent = client.post(api, {"file": SimpleUploadedFile("a.csv", b"Reference,Tags\r\nX,y\r\n")}).status_code
        assert sent == (202 if expected == 200 else expected), role.key
        listed = "/import" in client.get(register.list_url("nordhaven")).content.decode()
        assert listed is (expected == 200), role.key


def test_owner_reach_changes_own_records_only(
    register: Register, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    plan = Plan({0: "reference", 1: "tags"})
    for role in (role.key for role in ROLES.values() if role.grants.get(register.edit) is Reach.OWN):
        actor = actor_of(role)
        other = make(register.slug, system)
        rows = [(2, [other.reference, "changed"])]
        outcome = check_rows(register=register, rows=rows, plan=plan, by=actor)
        assert [verdict.kind for verdict in outcome.verdicts] == ["bad"], role


@pytest.mark.parametrize("field", HOSTILE)
def test_fields_of_the_kernel_are_not_offered(register: Register, field: str, system: Actor) -> None:
    assert field not in {target.name for target in targets_of(register)}
    with pytest.raises(BadPlan):
        check_rows(register=register, rows=[(2, ["x", "1"])], plan=Plan({0: "reference", 1: field}), by=system)


def test_columns_called_like_fields_of_the_kernel_are_left_out(
    register: Register, other_organisation: Organisation, system: Actor, client: Client
) -> None:
    record = make(register.slug, system)
    values = (record.reference, other_organisation.pk, 1, 99, "nobody@example.org", "2020-01-01", "fine")
    data = workbook(("Reference", "organisation", "id", "lock", "created_by", "archived_at", "Tags"), values)
    columns = upload(client, register.slug, "a.xlsx", data)["Location"]
    check = match(client, columns)["Location"]
    assert work(check).params["columns"] == {"0": "reference", "6": "tags"}
    work(client.post(check)["Location"])
    record.refresh_from_db()
    assert (record.organisation.slug, record.lock, record.archived_at, record.tags) == ("nordhaven", 2, None, ["fine"])


def test_secrets_have_no_column(register: Register, system: Actor) -> None:
    secret = {field.name for field in register.model._meta.fields if isinstance(field, SecretField)}
    assert not secret & {target.name for target in targets_of(register)}


def test_template_has_every_column_and_imports_as_nothing(register: Register, client: Client) -> None:
    data = b"".join(client.get(reverse(f"{register.slug}-import-template", args=["nordhaven"])))
    sheet: Any = load_workbook(io.BytesIO(data)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [target.heading for target in targets_of(register)]
    columns = upload(client, register.slug, "template.xlsx", data)["Location"]
    job = work(match(client, columns)["Location"])
    assert job.state == "done", job.error
    assert job.result is not None
    assert (job.result["rows"], job.result["problems"]) == (0, [])
    assert job.params["columns"] == {str(n): target.name for n, target in enumerate(targets_of(register))}
