"""Error pages that say what happened and what to do; the same texts for API callers come from ``grc.api.errors``."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "errors/error.html", {"status": status, "title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        text = _("A file may have at most %(files)d MiB, everything else in a form together %(texts)d MiB.") % {
            "files": settings.UPLOAD_LIMIT_BYTES // 2**20,
            "texts": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20,
        }
        return page(request, 413, _("That was too large"), text)
    return page(
        request,
        400,
        _("That request could not be read"),
        _("Go back, check what you sent, and try once more."),
    )


def denied(request: HttpRequest, reason: str) -> HttpResponse:
    return page(request, 403, _("Not allowed"), reason)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return denied(request, _("You may not do this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _(
        "The form was too old or came from another site, so nothing was saved. Go back, reload, and send it again."
    )
    return page(request, 403, _("This form has expired"), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("There is nothing at this address, or nothing that you may see. Check the address, or start from home.")
    return page(request, 404, _("Not found"), text)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """allauth calls this where somebody asks too often."""
    return page(request, 429, _("Too many tries"), _("Wait a few minutes, then try again. Nothing was changed."))


def server_error(request: HttpRequest) -> HttpResponse:
    text = _(
        "Something went wrong on our side. Nothing was saved. Try again; if it stays, tell your administrator when."
    )
    # Without the request: what the shell asks of the database may be the very thing that broke.
    context = {"status": 500, "title": _("Something broke"), "text": text}
    return HttpResponse(render_to_string("errors/error.html", context), status=500)
