"""Background work in the navigation."""

from django.utils.translation import gettext_lazy as _

from grc.shell import Page, pages

pages.append(Page("settings", _("Background work"), "jobs", None, "clock"))
