"""What the pack adds to the shell: its place in the navigation, and its kind of background work."""

from django.utils.translation import gettext_lazy as _

import aims.pack.jobs  # noqa: F401
from grc.access.roles import Permission
from grc.shell import Page, pages

# of the five that it needs, who holds this one holds the others, too
pages.append(Page("audits", _("Stage 1 pack"), "stage-1-pack", Permission.IMPROVEMENT_VIEW, "package-export"))
