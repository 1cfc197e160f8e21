"""Decision records in the navigation, on the home page, and in the search over everything."""

from collections.abc import Iterable

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.find.lookup import COUNT_LIMIT, count_decisions, find_decision
from evidence.find.period import Period
from evidence.find.query import DecisionQuery, read_decision_id, read_subject
from evidence.find.reach import DecisionReach
from evidence.models import SourceHead
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Figure, Hit, figures, searches
from grc.shell import Page, pages

pages.append(Page("evidence", gettext_lazy("Decision records"), "decisions", Permission.DECISIONS_VIEW, "fingerprint"))


@figures.add(order=40)
def decisions_this_week(actor: Actor) -> Iterable[Figure]:
    if not actor.can(Permission.DECISIONS_VIEW):
        return
    count = count_decisions(DecisionReach.whole(actor), DecisionQuery(Period.last("7d")))
    value = _("over %(n)s") % {"n": f"{COUNT_LIMIT:,}"} if count.more else f"{count.number:,}"
    url = f"{reverse('decisions', args=[actor.organisation.slug])}?period=7d"
    yield Figure(_("Decisions this week"), value, _("signed by your AI proxies"), url, "fingerprint")


@figures.add(order=41)
def verified_records(actor: Actor) -> Iterable[Figure]:
    """What was taken in was verified on arrival; what stands under a signed checkpoint is proved to anybody."""
    if not actor.can(Permission.DECISIONS_VIEW):
        return
    heads = SourceHead.objects.within(actor.organisation).aggregate(records=Sum("next_seq"), held=Sum("held"))
    url = reverse("decisions", args=[actor.organisation.slug])
    records, held = heads["records"] or 0, heads["held"] or 0
    yield Figure(_("Records verified"), f"{records:,}", _("signature, chain and tree, each one"), url, "shield-check")
    note = _("held back, not counted") if held else _("nothing is held back")
    yield Figure(_("In quarantine"), f"{held:,}", note, _sources_url(actor) or url, "shield-x", "red" if held else "")


@searches.add(order=30)
def decisions_by_id_or_hash(actor: Actor, text: str) -> Iterable[Hit]:
    decision, subject = read_decision_id(text), read_subject(text)
    if not actor.can(Permission.DECISIONS_VIEW):
        return
    reach, slug = DecisionReach.whole(actor), actor.organisation.slug
    if subject and reach.rows().filter(subject_ref=bytes.fromhex(subject)).exists():
        url = f"{reverse('decisions', args=[slug])}?subject={subject}&period=10y"
        yield Hit(_("Decisions about %s…") % subject[:12], _("Decision records"), url)
    found = find_decision(reach, decision) if decision else None
    if found is not None:
        row = found.decision
        url = reverse("decision", args=[slug, decision])
        extract = f"{row.ts:%Y-%m-%d %H:%M:%S} UTC · {row.system.text if row.system else ''}"
        yield Hit(_("Decision %s") % decision, _("Decision records"), url, extract)


def _sources_url(actor: Actor) -> str:
    return reverse("sources-list", args=[actor.organisation.slug]) if actor.can(Permission.SOURCES_VIEW) else ""
