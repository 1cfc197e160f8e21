"""The next steps towards a complete management system, for who keeps all of it."""

from collections.abc import Iterable
from itertools import islice

from aims.clauses.facts import Facts
from aims.clauses.steps import ahead
from aims.home.risks import risks_to_look_at
from grc.access.actor import Actor
from grc.access.roles import Permission, Reach
from grc.registries import Todo, todos

AT_ONCE = 3


@todos.add(order=5)
def next_steps(actor: Actor) -> Iterable[Todo]:
    """At most three, in the order in which they build on each other; nothing once all is there.

    What is said of single risks anyway is not said twice.
    """
    if actor.reach(Permission.AIMS_EDIT) is not Reach.ALL:
        return
    told = {todo.url for todo in risks_to_look_at(actor)}
    steps = ((step, wanted) for step, wanted in ahead(Facts(actor)) if wanted.url not in told)
    for step, wanted in islice(steps, AT_ONCE):
        yield Todo(wanted.text.rstrip("."), step.why, wanted.url, step.icon, "blue")
