import itertools
from typing import Any

from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.models import Link, Task, Webhook
from tests.factories import factory, make

numbers = itertools.count(1)


@factory("tasks")
def task(by: Actor, **fields: Any) -> Task:
    values = {"name": f"Task {next(numbers)}"}
    return create_record(record=Task(organisation=by.organisation, **values | fields), by=by)


@factory("links")
def link(by: Actor, **fields: Any) -> Link:
    for end in ("source", "target"):
        if end not in fields:
            fields[end] = make("ai-systems", by).key
    return create_record(record=Link(organisation=by.organisation, **fields), by=by)


@factory("webhooks")
def webhook(by: Actor, **fields: Any) -> Webhook:
    number = next(numbers)
    values = {
        "name": f"Receiver {number}",
        "url": f"https://hooks.example/{number}",
        "secret": "whsec_" + "c2hhcmVk" * 4,
    }
    return create_record(record=Webhook(organisation=by.organisation, **values | fields), by=by)
