"""The steps of a nonconformity: what each asks, who may take it, and that there is no way around (invariant 13)."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from aims.improvement.actions import NotMovable, close_nonconformity, reopen_nonconformity
from aims.improvement.case import missing_of, read_case, steps_of
from aims.models import CorrectiveAction, Nonconformity
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import link_records, unlink_records
from grc.actions.records import StaleRecord, archive_record, change_record, create_record
from grc.registers.bulk import BulkChange, BulkRefused, change_many
from grc.registers.register import registers
from tests.aims.improvement.cases import WORKED_ON, action_for, attach, check, closed, fresh, worked_on
from tests.factories import make

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]
API = "/api/v1/o/nordhaven/nonconformities"
PAGES = "/o/nordhaven/nonconformities"


def test_closing_names_everything_that_is_missing_in_one_sentence(actor_of: Actors) -> None:
    officer = actor_of("compliance-officer")
    bare = make("nonconformities", officer)
    with pytest.raises(NotMovable) as refused:
        close_nonconformity(nonconformity=bare, by=officer, lock=bare.lock)
    said = str(refused.value)
    for words in (
        "what was put right", "when it was put right", "the cause", "where else you looked", "a corrective action",
        "another person finds it gone", "evidence of that",
    ):  # fmt: skip
        assert words in said
    assert "\n" not in said
    assert fresh(bare).state == "open"


def test_the_whole_way_ends_closed_with_who_checked_and_when(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    with officer.working():
        made = worked_on(officer)
        attach(made, officer)
    with auditor.working():
        check(made, auditor)
    assert missing_of(read_case(made)) == []
    with officer.working():
        close_nonconformity(nonconformity=made, by=officer, lock=made.lock)
    row = fresh(made)
    assert (row.state, row.verdict, row.closed_on) == ("closed", "gone", timezone.localdate())
    assert row.checked_by == auditor.person
    assert [step.done for step in steps_of(read_case(row))] == [True] * 6
    who = [(entry.history_user.email, entry.history_change_reason) for entry in row.history.order_by("history_id")]
    assert who[-2:] == [
        ("internal-auditor@nordhaven.example", "Checked: it is gone"),
        ("compliance-officer@nordhaven.example", "Closed"),
    ]


def test_evidence_is_a_file_or_a_linked_record_of_the_library_in_use(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made, item, other = worked_on(officer), make("evidence", officer), make("documents", officer)
    check(made, auditor)
    link_records(source=made, reference=other.reference, by=officer)
    with pytest.raises(NotMovable, match=r"Missing: evidence of that"):
        close_nonconformity(nonconformity=made, by=officer, lock=made.lock)
    link = link_records(source=item, reference=made.reference, by=officer)  # from the other side
    assert missing_of(read_case(made)) == []
    archive_record(record=item, by=officer)
    assert len(missing_of(read_case(made))) == 1
    assert link.archived_at is None


@pytest.mark.parametrize("who", ["owner", "action-owner", "software"])
def test_who_keeps_it_or_one_of_its_actions_does_not_check_it(who: str, actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer, auditor if who == "owner" else officer)
    if who == "action-owner":
        action_for(made, officer, owner=auditor.person, done_on=timezone.localdate())
    checker = Actor.system(officer.organisation) if who == "software" else auditor
    with pytest.raises(Denied):
        check(made, checker)
    assert fresh(made).verdict == ""


def test_roles_without_the_right_do_not_check(actor_of: Actors) -> None:
    made = worked_on(actor_of("compliance-officer"))
    for role in ("contributor", "approver"):
        with pytest.raises(Denied):
            check(made, actor_of(role))


def test_nothing_is_checked_before_the_actions_are_done_nor_without_words(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer)
    late = action_for(made, officer)
    with pytest.raises(NotMovable, match="actions are done"):
        check(made, auditor)
    late.done_on = timezone.localdate()
    change_record(record=late, by=officer, lock=late.lock)
    with pytest.raises(NotMovable, match="what you looked at"):
        check(made, auditor, effect="  ")


def test_found_still_there_it_stays_open_and_asks_for_another_action(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer)
    attach(made, officer)
    check(made, auditor, effective=False)
    with pytest.raises(NotMovable, match="another corrective action, because"):
        close_nonconformity(nonconformity=made, by=officer, lock=made.lock)
    with pytest.raises(NotMovable, match="corrective actions are done"):
        check(made, auditor)  # the same actions are not looked at twice
    assert "still there" in fresh(made).history.order_by("-history_id").first().history_change_reason
    action_for(made, officer, done_on=timezone.localdate())
    check(made, auditor)
    close_nonconformity(nonconformity=made, by=officer, lock=made.lock)
    assert fresh(made).state == "closed"


def test_an_action_added_after_the_check_makes_it_void(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer)
    attach(made, officer)
    check(made, auditor)
    action_for(made, officer, done_on=timezone.localdate())
    with pytest.raises(NotMovable, match="another person finds it gone"):
        close_nonconformity(nonconformity=made, by=officer, lock=made.lock)


def test_giving_an_action_to_who_checked_it_makes_the_check_void(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer)
    attach(made, officer)
    check(made, auditor)
    action = CorrectiveAction.objects.within(officer.organisation).get()
    action.owner = auditor.person
    change_record(record=action, by=officer, lock=action.lock)
    with pytest.raises(NotMovable, match="another person finds it gone"):
        close_nonconformity(nonconformity=made, by=officer, lock=made.lock)


def test_steps_lose_against_somebody_who_saved_meanwhile(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = worked_on(officer)
    seen = fresh(made)
    made.name = "Another name"
    change_record(record=made, by=officer, lock=made.lock)
    with pytest.raises(StaleRecord):
        check(seen, auditor)
    assert fresh(made).name == "Another name"


# Closed is closed


def test_a_closed_one_is_changed_in_no_way_but_reopening(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = closed(officer, auditor)
    row = fresh(made)
    row.name = "Better looking"
    with pytest.raises(Denied, match="Reopen it"):
        change_record(record=row, by=officer, lock=row.lock)
    with pytest.raises(Denied, match="Reopen it"):
        archive_record(record=fresh(made), by=officer)
    with pytest.raises(BulkRefused, match="Reopen it"):
        change_many(
            register=registers.of(Nonconformity), locks={made.reference: made.lock},
            change=BulkChange(values={"grade": "major"}), by=officer,
        )  # fmt: skip
    rows = Nonconformity.objects.within(officer.organisation)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(cause="Another")
    with pytest.raises(NotMovable, match="Reopen it"):
        check(fresh(made), auditor)
    assert (fresh(made).cause, fresh(made).name) == (made.cause, made.name)


def test_actions_of_a_closed_one_neither_come_nor_change_nor_go(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = closed(officer, auditor)
    action = CorrectiveAction.objects.within(officer.organisation).select_related("key").get()
    action.done_on = None
    with pytest.raises(Denied, match="closed"):
        change_record(record=action, by=officer, lock=action.lock)
    with pytest.raises(Denied, match="closed"):
        archive_record(record=action, by=officer)
    with pytest.raises(Denied, match="closed"), transaction.atomic():
        create_record(
            record=CorrectiveAction(
                organisation=officer.organisation, nonconformity=fresh(made), name="More", due_on=dt.date(2026, 5, 1)
            ),
            by=officer,
        )
    other = make("corrective-actions", officer)
    other.nonconformity = fresh(made)
    with pytest.raises(Denied, match="closed"), transaction.atomic():
        change_record(record=other, by=officer, lock=other.lock)
    assert CorrectiveAction.objects.within(officer.organisation).filter(nonconformity=made).count() == 1


def test_evidence_of_a_closed_one_stays_linked_and_attached(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made, item = worked_on(officer), make("evidence", officer)
    link = link_records(source=made, reference=item.reference, by=officer)
    check(made, auditor)
    close_nonconformity(nonconformity=made, by=officer, lock=made.lock)
    with pytest.raises(Denied, match="closed"), transaction.atomic():
        unlink_records(link=link, by=officer)
    with pytest.raises(Denied, match="closed"):
        attach(fresh(made), officer)
    made = fresh(made)
    reopen_nonconformity(nonconformity=made, by=officer, reason="Seen again", lock=made.lock)
    unlink_records(link=link, by=officer)
    assert missing_of(read_case(made))[-1].startswith("evidence of that")


def test_reopening_needs_a_reason_and_asks_for_a_new_check(actor_of: Actors) -> None:
    officer, auditor = actor_of("compliance-officer"), actor_of("internal-auditor")
    made = closed(officer, auditor)
    with pytest.raises(NotMovable, match="why"):
        reopen_nonconformity(nonconformity=fresh(made), by=officer, reason=" ", lock=made.lock)
    with pytest.raises(Denied):
        reopen_nonconformity(nonconformity=fresh(made), by=auditor, reason="Seen again", lock=made.lock)
    row = fresh(made)
    reopen_nonconformity(nonconformity=row, by=officer, reason="Seen again in May", lock=row.lock)
    row = fresh(made)
    assert (row.state, row.verdict, row.effect, row.checked_by, row.closed_on) == ("open", "", "", None, None)
    assert row.history.order_by("-history_id").first().history_change_reason == "Seen again in May"
    with pytest.raises(NotMovable, match="another person finds it gone"):
        close_nonconformity(nonconformity=row, by=officer, lock=row.lock)
    with pytest.raises(NotMovable, match="open"):
        reopen_nonconformity(nonconformity=row, by=officer, reason="Again", lock=row.lock)


def test_contributors_close_and_reopen_what_is_theirs_only(actor_of: Actors) -> None:
    officer, auditor, jonas = actor_of("compliance-officer"), actor_of("internal-auditor"), actor_of("contributor")
    for owner, allowed in ((officer, False), (jonas, True)):
        made = worked_on(officer, owner)
        attach(made, officer)
        check(made, auditor)
        if not allowed:
            with pytest.raises(Denied):
                close_nonconformity(nonconformity=made, by=jonas, lock=made.lock)
            continue
        close_nonconformity(nonconformity=made, by=jonas, lock=made.lock)
        reopen_nonconformity(nonconformity=made, by=jonas, reason="Seen again", lock=made.lock)
        assert fresh(made).state == "open"


@pytest.mark.parametrize("field", ["state", "verdict", "effect", "checked_by", "checked_at", "closed_on", "test_run"])
def test_the_api_writes_no_state_and_no_verdict(field: str, actor_of: Actors, client_of: Callable[..., Client]) -> None:
    made = worked_on(actor_of("compliance-officer"))
    body = {"lock": made.lock, field: "closed"}
    answer = client_of("compliance-officer").patch(
        f"{API}/{made.reference}", json.dumps(body), content_type="application/json"
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_bulk_and_import_do_not_offer_state_and_verdict() -> None:
    from grc.imports.targets import targets_of
    from grc.registers.bulk import bulk_fields

    register = registers.of(Nonconformity)
    offered = {*bulk_fields(register), *(target.name for target in targets_of(register))}
    assert "grade" in offered
    assert not offered & {"state", "verdict", "effect", "checked_by", "checked_at", "closed_on", "test_run"}


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "closed"}, "nonconformity_closed_whole"),
        ({"state": "closed", "closed_on": "2026-05-01", "verdict": ""}, "nonconformity_closed_whole"),
        ({"verdict": "gone"}, "nonconformity_verdict_has_checker"),
    ],
)
def test_the_database_keeps_the_rules_by_itself(values: dict[str, Any], constraint: str, actor_of: Actors) -> None:
    made = worked_on(actor_of("compliance-officer"))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Nonconformity.objects.within(made.organisation).filter(pk=made.pk).update(**values)


# Pages and API


def test_the_pages_go_the_whole_way(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    officer, auditor = client_of("compliance-officer"), client_of("internal-auditor")
    made = make("nonconformities", actor_of("compliance-officer"), **WORKED_ON)
    url = f"{PAGES}/{made.reference}"
    page = officer.get(url).content.decode()
    assert "Missing until it may close: a corrective action; that another person finds it gone" in page
    added = officer.post(
        f"{url}/actions",
        {"name": "Make a list", "due_on": "2026-04-01", "owner": str(actor_of("compliance-officer").person.public_id)},
    )  # type: ignore[union-attr]
    assert added.status_code == 302
    action = CorrectiveAction.objects.within(made.organisation).get()
    assert (action.name, action.nonconformity_id) == ("Make a list", made.pk)
    assert f"{url}/check" not in auditor.get(url).content.decode()
    done = officer.post(f"/o/nordhaven/corrective-actions/{action.reference}/done", {"from": "nonconformity"})
    assert done["Location"] == f"{url}#corrective-actions"
    assert f"{url}/check" in auditor.get(url).content.decode()
    assert f"{url}/check" not in officer.get(url).content.decode()  # keeps it
    assert officer.post(f"{url}/check", {"lock": "1", "effect": "Fine", "verdict": "gone"}).status_code == 403
    assert auditor.post(f"{url}/check", {"lock": "1", "effect": "", "verdict": "gone"}).status_code == 422
    stale = auditor.post(f"{url}/check", {"lock": "0", "effect": "Fine words", "verdict": "gone"})
    assert (stale.status_code, "Fine words" in stale.content.decode()) == (409, True)
    assert auditor.post(f"{url}/check", {"lock": "1", "effect": "Fine", "verdict": "gone"}).status_code == 302
    assert f"{url}/close" not in officer.get(url).content.decode()
    refused = officer.post(f"{url}/close", {"lock": "2"}, follow=True).content.decode()
    assert "It cannot close yet. Missing: evidence of that" in refused
    attach(fresh(made), actor_of("compliance-officer"))
    assert f"{url}/close" in officer.get(url).content.decode()
    assert "is closed." in officer.post(f"{url}/close", {"lock": "2"}, follow=True).content.decode()
    assert officer.get(f"{url}/edit").status_code == 403
    assert officer.post(f"{url}/actions", {"name": "More"}).status_code == 403
    page = officer.get(url).content.decode()
    assert (f"{url}/edit" in page, f"{url}/reopen" in page, "Add a corrective action" in page) == (False, True, False)
    assert officer.post(f"{url}/reopen", {"lock": "3", "reason": ""}).status_code == 422
    assert officer.post(f"{url}/reopen", {"lock": "3", "reason": "Seen again"}).status_code == 302
    assert fresh(made).state == "open"


def test_the_api_goes_the_whole_way(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    officer, auditor = client_of("compliance-officer"), client_of("internal-auditor")
    made = worked_on(actor_of("compliance-officer"))

    def post(client: Client, step: str, **body: Any) -> Any:
        return client.post(f"{API}/{made.reference}/{step}", json.dumps(body), content_type="application/json")

    refused = post(officer, "close", lock=1)
    assert refused.status_code == 400
    assert "evidence of that" in refused.json()["fields"]["state"][0]
    assert post(officer, "check", lock=1, effect="Fine", effective=True).status_code == 403
    assert post(auditor, "check", lock=1, effect="Fine").status_code == 400
    assert post(auditor, "check", lock=1, effect="Fine", effective=True, state="closed").status_code == 400
    checked = post(auditor, "check", lock=1, effect="Fine", effective=True)
    assert (checked.status_code, checked.json()["verdict"], checked.json()["lock"]) == (200, "gone", 2)
    attach(fresh(made), actor_of("compliance-officer"))
    assert post(officer, "close", lock=1).status_code == 409
    assert post(officer, "close", lock=2).json()["state"] == "closed"
    assert post(auditor, "reopen", lock=3, reason="Again").status_code == 403
    assert post(officer, "reopen", lock=3, reason="Again").json()["state"] == "open"
