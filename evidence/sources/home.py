"""What sources put on the home page: the ones that somebody must look at now."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evidence.ingest.alarm import STORE
from evidence.models import Quarantined, SourceAlarm, SourceHead
from evidence.models.source import Source
from evidence.tlog.finding import Reason
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Todo, todos


@todos.add(order=10)
def sources_in_trouble(actor: Actor) -> Iterable[Todo]:
    """Integrity alarms first, then silence. The sentence names what is wrong and where."""
    if not actor.can(Permission.SOURCES_VIEW):
        return
    sources = Source.objects.permitted(actor, Permission.SOURCES_VIEW).filter(archived_at=None, paused=False)
    heads = SourceHead.objects.within(actor.organisation).filter(source__in=sources)
    troubled = heads.exclude(state__in=(SourceHead.State.NEW, SourceHead.State.OK)).select_related("source")
    for head in troubled.order_by("source__reference"):
        url = registers.of(Source).detail_url(actor.organisation.slug, head.source.reference)
        if head.state == SourceHead.State.ALARMED:
            yield Todo(_("Integrity alarm: %s") % head.source.name, _finding(head), url, "shield-x", "red")
        else:
            text = _("%(source)s: %(state)s") % {"source": head.source.name, "state": head.get_state_display()}
            why = head.error or _("A recorder signs a heartbeat every minute; none has come for too long.")
            yield Todo(text, why, url, "plug-connected", "yellow")
    lasting = SourceAlarm.objects.within(actor.organisation).filter(
        source__in=sources, closed_at=None, code__in=(STORE, Reason.HEAD_CUT)
    )
    for alarm in lasting.select_related("source").order_by("pk")[:5]:
        url = registers.of(Source).detail_url(actor.organisation.slug, alarm.source.reference)
        yield Todo(_("Integrity alarm: %s") % alarm.source.name, alarm.summary, url, "shield-x", "red")


def _finding(head: SourceHead) -> str:
    found = Quarantined.objects.within(head.organisation).filter(source=head.source, is_finding=True, resolved_at=None)
    first = found.order_by("first_seq").first()
    if first is None:
        return head.error
    return _("Position %(seq)d: %(what)s") % {"seq": first.first_seq, "what": first.what}
