"""Pictures of AI systems, made from the records that the actor may see."""

from django.utils.translation import gettext as _

from aims.models import AISystem, Component
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.graph import Graph, GraphEdge, GraphNode

PARTS = 60
KIND_TONES = {"model": "purple", "prompt": "blue", "dataset": "green", "store": "yellow", "tool": "orange"}


def parts_graph(system: AISystem, actor: Actor) -> Graph:
    """What an AI system is made of, and who supplies it: the system, its components, their suppliers."""
    rows = Component.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(system=system.pk, archived_at=None)
    parts = list(rows.select_related("key", "organisation").order_by("kind", "reference")[:PARTS])
    nodes = [GraphNode(system.reference, system.name, _("AI system"), "secondary", system.get_absolute_url())]
    edges = []
    for part in parts:
        name = " ".join(word for word in (part.name, part.pinned_version) if word)
        kind, tone = str(part.get_kind_display()), KIND_TONES.get(part.kind, "secondary")
        nodes.append(GraphNode(part.reference, name, kind, tone, part.get_absolute_url()))
        edges.append(GraphEdge(system.reference, part.reference))
        if part.supplier:
            edges.append(GraphEdge(part.reference, f"supplier {part.supplier}", part.region))
    suppliers = dict.fromkeys(part.supplier for part in parts if part.supplier)
    nodes += [GraphNode(f"supplier {supplier}", supplier, _("Supplier")) for supplier in suppliers]
    return Graph(
        title=_("What %(name)s is made of") % {"name": system.name},
        description=_("The components of the system, who supplies them, and where they run."),
        nodes=nodes,
        edges=edges,
    )
