"""The archive in the navigation."""

from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.shell import Page, pages

pages.append(Page("settings", _("Archive"), "archive-export", Permission.ORGANISATION_EXPORT, "archive"))
