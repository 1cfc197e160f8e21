"""Announced changes in both directions: vendors' notices; our commitments, subprocessors and their changes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.registers.register import Register, Related, Section, registers
from vendors.models import (
    CustomerCommitment,
    Subprocessor,
    SubprocessorChange,
    SubprocessorList,
    SubprocessorNotice,
    Subscriber,
    VendorNotice,
)

P = Permission


@registers.add
class VendorNoticeRegister(Register):
    model = VendorNotice
    slug, prefix, group, icon = "vendor-notices", "VNO", "vendors", "mailbox"
    about = _("Changes that vendors announce to us, and until when we may object.")
    first_step = _("Look for the last mail in which a vendor announced a subprocessor.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    over = {"decision": ("accepted", "objected")}
    columns = ("reference", "name", "vendor", "kind", "received_on", "object_until", "decision", "owner")
    more_columns = ("agreement", "effective_on", "days", "decided_on", "tags", "updated_at")
    filters = ("decision", "vendor", "kind", "owner", "object_until", "effective_on")
    search = ("reference", "name", "details", "reason")
    sections = (
        Section(_("What changes"), ("vendor", "agreement", "kind", "name", "details", "owner")),
        Section(_("When"), ("received_on", "effective_on", "days", "object_until")),
        Section(_("What you decide"), ("decision", "decided_on", "reason")),
    )
    readonly = ("object_until",)
    tones = {"decision": {"open": "yellow", "accepted": "green", "objected": "orange"}}


@registers.add
class CustomerCommitmentRegister(Register):
    model = CustomerCommitment
    slug, prefix, group, icon = "customer-commitments", "CUC", "vendors", "heart-handshake"
    about = _("What contracts promise customers: notice, incident times, places, audits. Clocks read from here.")
    first_step = _("Take the DPA of your largest customer, and write down its days and hours.")
    view, edit = P.CUSTOMERS_VIEW, P.CUSTOMERS_EDIT
    columns = ("reference", "name", "kind", "notice_days", "incident_hours", "residency", "ends_on", "owner")
    more_columns = ("contact_email", "signed_on", "time_zone", "deletion_days", "review_on", "tags", "updated_at")
    filters = ("kind", "training_allowed", "owner", "ends_on", "review_on")
    search = ("reference", "name", "residency", "audit_rights", "other")
    sections = (
        Section(_("Contract"), ("name", "kind", "file", "contact_email", "signed_on", "ends_on", "review_on", "owner")),
        Section(_("Clocks"), ("time_zone", "notice_days", "incident_hours", "deletion_days")),
        Section(_("Promises"), ("residency", "training_allowed", "audit_rights", "other")),
    )
    import_names = {"name": ("customer", "client", "account"), "notice_days": ("notice", "subprocessor notice")}


@registers.add
class SubprocessorRegister(Register):
    model = Subprocessor
    slug, prefix, group, icon = "subprocessors", "SUB", "vendors", "sitemap"
    about = _("Who processes customers’ data for us: the list that customers read.")
    first_step = _("Add every company that sees your customers’ data; announce later ones before they do.")
    view, edit = P.CUSTOMERS_VIEW, P.CUSTOMERS_EDIT
    over = {"state": ("removed",)}
    columns = ("reference", "name", "service", "location", "state", "since")
    more_columns = ("vendor", "data", "safeguard", "until", "owner", "tags", "updated_at")
    filters = ("state", "vendor", "data", "owner")
    search = ("reference", "name", "service", "location")
    sections = (
        Section(_("What customers read"), ("name", "service", "location", "data", "safeguard")),
        Section(_("Here"), ("vendor", "owner", "state", "since", "until")),
    )
    readonly = ("state", "since", "until")
    related = (
        Related(
            "subprocessor-changes", "subprocessor", _("Changes"), ("reference", "name", "kind", "state", "effective_on")
        ),
    )
    tones = {"state": {"planned": "yellow", "current": "green", "removed": "secondary"}}


@registers.add
class SubprocessorChangeRegister(Register):
    model = SubprocessorChange
    slug, prefix, group, icon = "subprocessor-changes", "SPC", "vendors", "speakerphone"
    about = _("Planned changes of our subprocessors: announced, open to objections, then in effect.")
    first_step = _("Add the planned subprocessor first; then announce when it starts.")
    view, edit = P.CUSTOMERS_VIEW, P.CUSTOMERS_EDIT
    over = {"state": ("in-effect", "withdrawn")}
    columns = ("reference", "name", "kind", "state", "object_until", "effective_on", "owner")
    filters = ("state", "kind", "subprocessor", "owner", "effective_on")
    search = ("reference", "name", "reason")
    sections = (
        Section(_("Change"), ("name", "kind", "subprocessor", "replaces", "reason", "effective_on", "owner")),
        Section(_("How it stands"), ("state", "announced_at", "object_until", "ended_reason")),
    )
    readonly = ("state", "announced_at", "object_until", "ended_reason")
    related = (
        Related(
            "subprocessor-notices",
            "change",
            _("Who was told"),
            ("reference", "email", "object_until", "objected_on"),
            on_page=False,
        ),
    )
    tones = {"state": {"draft": "yellow", "announced": "blue", "in-effect": "green", "withdrawn": "secondary"}}


@registers.add
class SubscriberRegister(Register):
    model = Subscriber
    slug, prefix, group, icon = "subscribers", "SBR", "vendors", "bell"
    about = _("Who else is told of changes of our subprocessors.")
    first_step = _("Customers with a commitment are told anyway; add who asked besides.")
    view, edit = P.CUSTOMERS_VIEW, P.CUSTOMERS_EDIT
    columns = ("reference", "email", "name", "ended_on")
    filters = ("owner", "ended_on")
    search = ("reference", "email", "name")
    sections = (Section(_("Subscriber"), ("email", "name", "ended_on", "owner")),)
    in_navigation = False


@registers.add
class SubprocessorNoticeRegister(Register):
    model = SubprocessorNotice
    slug, prefix, group, icon = "subprocessor-notices", "SPN", "vendors", "mail-forward"
    about = _("Who was told of a change, until when they may object, and what they said.")
    first_step = _("Announce a change: everybody with a commitment is told.")
    view, edit = P.CUSTOMERS_VIEW, P.CUSTOMERS_EDIT
    columns = ("reference", "change", "email", "customer", "object_until", "objected_on", "answered_on")
    filters = ("change", "customer", "owner", "object_until", "objected_on")
    search = ("reference", "email", "objection")
    sections = (
        Section(
            _("Notice"), ("change", "customer", "subscriber", "email", "days", "time_zone", "object_until", "owner")
        ),
        Section(_("Objection"), ("objected_on", "objection", "answered_on", "answer")),
    )
    readonly = (
        "change", "customer", "subscriber", "email", "days", "time_zone", "object_until",
        "objected_on", "objection", "answered_on", "answer",
    )  # fmt: skip
    in_navigation = False


@registers.add
class SubprocessorListRegister(Register):
    model = SubprocessorList
    slug, prefix, group, icon = "subprocessor-lists", "SPL", "vendors", "versions"
    about = _("Every edition of the subprocessor list that was published, as it was then.")
    first_step = _("Look at the list as customers read it, and publish it.")
    view, edit = P.CUSTOMERS_VIEW, P.CUSTOMERS_EDIT
    columns = ("reference", "published_on", "note", "owner")
    filters = ("owner", "published_on")
    search = ("reference", "note")
    sections = (Section(_("Edition"), ("published_on", "note", "owner")),)
    readonly = ("published_on", "note")
    outside_version = ("owner", "tags")
    in_navigation = False

    def snapshot(self, record: Any) -> dict[str, Any]:
        return {"subprocessors": record.lines}
