"""The register for DORA: a preview with what it lacks, and the workbook."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from grc.access.roles import Permission
from grc.views.gated import GatedPage
from vendors.dora.jobs import hand_out_register, is_long, start_register
from vendors.dora.register import register_for
from vendors.dora.sheets import TEMPLATES_LEFT_OUT

FIRST = 5


class RegisterPage(GatedPage):
    sees = (Permission.VENDORS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        register = register_for(self.actor)
        previews = [(one, one.cells[:FIRST], max(len(one.rows) - FIRST, 0)) for one in register.sheets]
        return self.show(
            "vendors/dora/register.html", register=register, previews=previews, left_out=TEMPLATES_LEFT_OUT
        )


class RegisterFilePage(GatedPage):
    sees = (Permission.VENDORS_VIEW,)

    def get(self, request: HttpRequest) -> FileResponse | HttpResponse:
        """The workbook, or the page of the work that makes it."""
        if is_long(self.actor):
            return redirect("job", self.actor.organisation.slug, start_register(self.actor).public_id)
        return hand_out_register(self.actor)
