"""The rows of each sheet, out of what is held."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from grc.models.organisation import Organisation
from vendors.dora.holdings import Holdings, code_of
from vendors.dora.sheets import SHEETS, Filled
from vendors.models import Agreement, DataClass, Offering, Route, Vendor
from vendors.overview.concentration import functions_in

Row = dict[str, Any]
UNLIMITED = dt.date(9999, 12, 31)
"""How the templates write that a contract has no end."""


def filled_sheets(held: Holdings, organisation: Organisation) -> list[Filled]:
    rows: dict[str, Callable[[], Iterable[Row]]] = {
        "entity": lambda: [{"name": organisation.name, "written_on": held.today}],
        "contracts": lambda: _contracts(held),
        "services": lambda: _services(held),
        "signing": lambda: _signing(held),
        "providers": lambda: _providers(held),
        "chain": lambda: _chain(held),
        "functions": lambda: _functions(held),
        "assessment": lambda: _assessment(held),
        "assurance": lambda: _assurance(held),
        "exits": lambda: _exits(held),
    }
    return [Filled(sheet, list(rows[sheet.key]())) for sheet in SHEETS]


def _coded(vendor: Vendor) -> Row:
    code, code_type = code_of(vendor)
    return {"code": code, "code_type": code_type, "provider": vendor.name}


def _bound(held: Holdings, vendors: Iterable[Vendor]) -> Iterator[tuple[Vendor, Agreement]]:
    return ((vendor, agreement) for vendor in vendors for agreement in held.agreements[vendor.pk])


def _contracts(held: Holdings) -> Iterator[Row]:
    for vendor, one in _bound(held, held.vendors):
        yield {
            "contract": one.reference,
            "name": one.name,
            "kind": one.get_kind_display(),
            "provider": vendor.name,
            "our_party": one.our_party,
            "their_party": one.their_party or vendor.legal_name,
            "signed_on": one.signed_on,
            "in_force": yes_or_no(held.terms[one.pk].in_force(held.today)),
            "renewal": one.get_renewal_display(),
            "audit_rights": one.audit_rights,
            "flow_down": one.get_flow_down_display(),
        }


def _services(held: Holdings) -> Iterator[Row]:
    for vendor in held.vendors:
        for offering in held.offerings[vendor.pk]:
            bound: list[Agreement | None] = [*held.covering(vendor.pk, offering)]
            for one in bound or [None]:
                yield _service(held, vendor, offering, one)


def _service(held: Holdings, vendor: Vendor, offering: Offering, one: Agreement | None) -> Row:
    routes = held.routes[offering.pk]
    term = held.terms[one.pk] if one else None
    return {
        **_coded(vendor),
        "contract": one.reference if one else "",
        "offering": offering.name,
        "service": offering.get_kind_display(),
        "state": offering.get_state_display(),
        "functions": ", ".join(functions_in(vendor.functions)),
        "start": term.begins_on if term else None,
        "end": (term.ends_on or UNLIMITED) if term else None,
        "notice": one.notice_days if one else None,
        "countries": _joined(route.country for route in routes),
        "regions": _joined(route.region for route in routes),
        "data": _joined(str(DataClass(value).label) for route in routes for value in route.data),
    }


def _signing(held: Holdings) -> Iterator[Row]:
    for vendor, one in _bound(held, held.vendors):
        yield {**_coded(vendor), "contract": one.reference, "their_party": one.their_party or vendor.legal_name}


def _providers(held: Holdings) -> Iterator[Row]:
    for vendor in held.vendors:
        code, code_type = code_of(vendor)
        yield {
            "code": code,
            "code_type": code_type,
            "legal_name": vendor.legal_name,
            "name": vendor.name,
            "country": vendor.country,
            "reference": vendor.reference,
            "kind": vendor.get_kind_display(),
            "criticality": vendor.get_criticality_display(),
            "reason": vendor.criticality_reason,
            "review_on": vendor.review_on,
        }


def _chain(held: Holdings) -> Iterator[Row]:
    """Of each route: who holds the contract, and who stands behind."""
    for vendor in held.vendors:
        for offering in held.offerings[vendor.pk]:
            for route in held.routes[offering.pk]:
                yield from _links(held, vendor, offering, route)


def _links(held: Holdings, vendor: Vendor, offering: Offering, route: Route) -> Iterator[Row]:
    direct = route.through or vendor
    bound = held.agreements[direct.pk] if route.through else held.covering(vendor.pk, offering)
    for reference in [one.reference for one in bound] or [""]:
        about = {"contract": reference, "offering": offering.name, "route": route.name}
        yield {**about, **_coded(direct), "rank": 1}
        if route.through:
            code, code_type = code_of(direct)
            recipient = {"recipient": direct.name, "recipient_code": code, "recipient_type": code_type}
            yield {**about, **_coded(vendor), "rank": 2, **recipient}


def _functions(held: Holdings) -> Iterator[Row]:
    named: dict[str, tuple[str, list[Vendor]]] = {}
    for vendor in held.vendors:
        for name in functions_in(vendor.functions):
            named.setdefault(name.casefold(), (name, []))[1].append(vendor)
    weights = list(Vendor.Criticality.values)
    for _key, (name, vendors) in sorted(named.items()):
        highest = max(vendors, key=lambda one: weights.index(one.criticality))
        reasons = [f"{one.name}: {one.criticality_reason}" for one in vendors if one.criticality == highest.criticality]
        yield {
            "function": name,
            "providers": ", ".join(one.name for one in vendors),
            "criticality": highest.get_criticality_display(),
            "reasons": "\n".join(reasons) if highest.criticality_reason else "",
        }


def _assessment(held: Holdings) -> Iterator[Row]:
    for vendor in held.weighty:
        exits = held.exits[vendor.pk]
        last = next(iter(held.reviews[vendor.pk]), None)
        tried = max(exits, key=lambda one: one.rehearsed_on or dt.date.min, default=None)
        for reference in [one.reference for one in held.agreements[vendor.pk]] or [""]:
            yield {
                **_coded(vendor),
                "contract": reference,
                "exit_plan": yes_or_no(bool(exits)),
                "alternative": yes_or_no(any(one.alternative.strip() for one in exits)),
                "alternatives": "\n".join(one.alternative for one in exits),
                "criticality": vendor.get_criticality_display(),
                "days": max((one.days_needed for one in exits if one.days_needed is not None), default=None),
                "rehearsed_on": tried.rehearsed_on if tried else None,
                "rehearsal": tried.get_rehearsal_display() if tried else "",
                "reviewed_on": last.done_on if last else None,
                "outcome": last.get_outcome_display() if last else "",
            }


def _assurance(held: Holdings) -> Iterator[Row]:
    for vendor in held.vendors:
        for one in held.assurances[vendor.pk]:
            yield {
                "reference": one.reference,
                "provider": vendor.name,
                "standard": one.name or one.get_standard_display(),
                "status": one.get_status_display(),
                "body": one.body,
                "number": one.number,
                "scope": one.scope,
                "expires_on": one.expires_on,
                "period_to": one.period_to,
                "confirmed_on": one.confirmed_on,
            }


def _exits(held: Holdings) -> Iterator[Row]:
    for vendor in held.vendors:
        for one in held.exits[vendor.pk]:
            fields = (
                "reference",
                "name",
                "triggers",
                "alternative",
                "steps",
                "data_return",
                "rehearsed_on",
                "review_on",
            )
            yield {
                **{name: getattr(one, name) for name in fields},
                "provider": vendor.name,
                "days": one.days_needed,
                "rehearsal": one.get_rehearsal_display(),
            }


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(text for text in texts if text))


def yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")
