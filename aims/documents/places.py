"""Where the pages of documents are found: in the navigation, and on the list of documents."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.registers.register import Action, Register
from grc.registries import list_actions
from grc.shell import Page, pages

pages.append(Page("work", _("To read"), "to-read", None, "book"))


@list_actions.add(order=20)
def starters_of_documents(register: Register, actor: Actor) -> Iterator[Action]:
    if register.slug == "documents" and actor.can(register.edit):
        url = reverse("document-starters", args=[actor.organisation.slug])
        yield Action(_("Starter documents"), url, "file-description")
