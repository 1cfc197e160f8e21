"""Background work on shadow use. A message delivered twice does no harm: what is counted is kept by position."""

from celery import shared_task

from grc.access.actor import Actor
from grc.models.organisation import Organisation
from vendors.shadow.actions import tell_of_shadow_use
from vendors.shadow.seen import count_new


@shared_task(name="vendors.tasks.look_for_shadow_use")
def look_for_shadow_use() -> None:
    """Every minute: count what has come in, and tell of uses that nothing covers."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            count_new(organisation)
            tell_of_shadow_use(organisation)
