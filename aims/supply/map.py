"""The supply chain as a picture: system, route, who carries it, offering, vendor."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.models import AISystem
from aims.supply.chain import Flag, Hop, hops_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.pictures.named import name_picture

MOST = 80
"""Uses that one picture can show; the table beside it has them all."""

WORST = ("red", "orange", "yellow", "green", "")
ON_ROUTE = {
    Flag.DATA: gettext_lazy("data not allowed"),
    Flag.FREE: gettext_lazy("free plan"),
    Flag.PLAN: gettext_lazy("plan not allowed"),
    Flag.REGION: gettext_lazy("no region"),
    Flag.THIRD: gettext_lazy("third country"),
}
"""What stands on a route's box, in words short enough for it."""


def chain_graph(hops: Sequence[Hop], system: AISystem | None = None) -> Graph:
    """``hops`` of one system, or of all. Words say what colours say."""
    nodes: dict[str, GraphNode] = {}
    edges: dict[tuple[str, str, str], GraphEdge] = {}
    for hop in hops[:MOST]:
        way = _nodes(hop)
        for node in way:
            nodes[node.key] = _worse(nodes.get(node.key), node)
        labels = [", ".join(hop.data) if system else "", *[""] * (len(way) - 2)]
        for at, label in enumerate(labels):
            edge = (way[at].key, way[at + 1].key, label)
            edges[edge] = GraphEdge(*edge)
    name = system.name if system else ""
    return Graph(
        title=_("What %(name)s uses of vendors") % {"name": name} if system else _("What AI systems use of vendors"),
        description=_(
            "From the system by its route, with region and what is wrong with it, to the offering, with its approval "
            "and its DPA, and to the vendor."
        ),
        nodes=list(nodes.values()),
        edges=list(edges.values()),
        slug="" if system else "supply-chain",
    )


def _nodes(hop: Hop) -> list[GraphNode]:
    system, route, offering, vendor = hop.system, hop.route, hop.offering, hop.vendor
    wrong = [str(ON_ROUTE[flag]) for flag in hop.flags if flag in ON_ROUTE]
    place = " · ".join([route.country or route.region, *wrong]).strip(" ·") if wrong else hop.place
    tones = [tone for (_word, tone), flag in zip(hop.marks, hop.flags, strict=True) if flag in ON_ROUTE]
    (approval, seal), (contract, ink) = hop.approval, hop.contract
    way = [
        GraphNode(system.reference, system.name, _("AI system"), "secondary", system.get_absolute_url()),
        GraphNode(
            route.reference, route.name, place, min(tones, key=WORST.index, default="green"),
            route.get_absolute_url(),
        ),
    ]  # fmt: skip
    if route.through is not None and route.through_id != vendor.pk:
        through = route.through
        way.append(
            GraphNode(f"{through.reference} carries", through.name, _("Carries it"), "blue", through.get_absolute_url())
        )
    way.append(
        GraphNode(
            offering.reference, f"{offering.name}: {hop.plan.name}", f"{approval} · {contract}",
            min(seal, ink, key=WORST.index), offering.get_absolute_url(),
        )
    )  # fmt: skip
    country = f"{_('Vendor')}, {vendor.country}" if vendor.country else _("Vendor")
    way.append(GraphNode(vendor.reference, vendor.name, country, "secondary", vendor.get_absolute_url()))
    return way


def _worse(known: GraphNode | None, node: GraphNode) -> GraphNode:
    """The same place, reached by several uses: the worst that any of them says stands."""
    if known is None or known.tone not in WORST or node.tone not in WORST:
        return known or node
    return min(known, node, key=lambda one: WORST.index(one.tone))


def _all_systems(actor: Actor) -> Graph:
    return chain_graph(hops_of(actor))


name_picture("supply-chain", Permission.VENDORS_VIEW, _all_systems)
