"""How the processes of the management system hand on to each other, as a picture."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.clauses.facts import Facts
from aims.models import Process
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.pictures.named import name_picture

MOST = 60
NOBODY = gettext_lazy("no owner")


def process_graph(actor: Actor) -> Graph:
    """Each process with its owner, and an arrow where a link says that one hands on to another."""
    facts = Facts(actor)
    rows = list(facts.asked(Process).select_related("owner")[:MOST])
    shown = {row.pk: row for row in rows}
    notes = facts.process_links
    return Graph(
        title=_("How the processes work together"),
        description=_(
            "An arrow leads from a process to the one that it hands on to. Above each name stands its owner."
        ),
        nodes=[
            GraphNode(
                row.reference,
                row.name,
                str(row.owner or NOBODY),
                "blue" if row.owner_id else "yellow",
                row.get_absolute_url(),
            )
            for row in rows
        ],
        edges=[
            GraphEdge(shown[source].reference, shown[target].reference, note)
            for source, target, note in notes
            if source in shown and target in shown
        ],
        slug="processes",
    )


name_picture("processes", Permission.AIMS_VIEW, process_graph)
