"""Everything that waits for the reader, on one page."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from grc.registries import Work
from grc.views.gated import GatedPage
from grc.work.gathering import grouped, to_do, work_of


class MyWorkPage(GatedPage):
    """By when it is due; ``kind`` narrows it to one kind of work.

    What waits for others stands on the page too, with a number of its own: counted is what the reader has to do.
    """

    sees = ()

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = request.GET.get("kind", "")
        if kind and kind not in Work.values:
            raise Http404
        items = work_of(self.actor)
        known, counts = {item.kind for item in items}, Counter(item.kind for item in to_do(items))
        shown = [item for item in items if not kind or item.kind == kind]
        return self.show(
            "work/my_work.html",
            groups=grouped(shown, timezone.localdate()),
            kinds=[(each, counts[each]) for each in Work if each in known or each == kind],
            kind=kind,
            count=len(to_do(shown)),
            all=counts.total(),
        )
