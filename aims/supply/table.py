"""The supply chain as rows of a file."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from aims.supply.chain import Hop


def headings() -> list[str]:
    return [
        _("AI system"), _("Use"), _("What for"), _("Data"), _("Route"), _("Region"), _("Country"), _("Through"),
        _("Offering"), _("Plan"), _("Approval"), _("Vendor"), _("DPA"), _("What is wrong"),
    ]  # fmt: skip


def table_rows(hops: Sequence[Hop]) -> list[list[object]]:
    return [
        [
            hop.system.name, hop.use.reference, hop.use.purpose, ", ".join(hop.data), hop.route.name, hop.route.region,
            hop.route.country, hop.route.through.name if hop.route.through else "", hop.offering.name, hop.plan.name,
            hop.approval[0], hop.vendor.name, hop.cover.dpa.reference if hop.cover.dpa else hop.contract[0],
            "; ".join(word for word, _tone in hop.marks),
        ]
        for hop in hops
    ]  # fmt: skip
