"""The one page that a vendor's person sees. It has one address, no account, and nothing on it but what they are asked.

What it may show is listed in ``Sheet``: templates get texts, never records, so that nothing else can slip in. Looking
changes nothing (machines that read mail open links); what is sent here needs the code's session, or asks for a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from grc.context import Context, client_address, working_in
from vendors.asking import session
from vendors.asking.answering import LONGEST, NotTaken, answer_ask, cleaned, keep_draft, too_long
from vendors.asking.codes import DIGITS, TRIES, WORKS_FOR, Closed, Judged, Sending, judge_code, send_code
from vendors.asking.links import WAY, Door, door_of
from vendors.asking.mails import until
from vendors.models import VendorAsk
from vendors.reviews.questions import questions

LONGEST_NAME: int = VendorAsk._meta.get_field("answered_by").max_length or 0

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@dataclass(frozen=True)
class Line:
    """A question with what stands in its field."""

    number: int
    ask: str
    text: str
    error: str = ""

    @property
    def was(self) -> str:
        """Names the text, so that a form says which of its fields somebody has touched."""
        return fingerprint(self.text)


@dataclass(frozen=True)
class Wrong:
    """What cannot be taken as it is. ``field``: the id of what it stands at; empty where it concerns none of them."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class Sheet:
    """All that an outsider is ever shown, as text."""

    organisation: str
    until: str
    masked: str = ""
    vendor: str = ""
    message: str = ""
    lines: tuple[Line, ...] = ()
    answered: int = 0
    sent_in: bool = False


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def masked(email: str) -> str:
    """Enough to know one's own address by, too little to learn one."""
    name, _at, host = email.rpartition("@")
    first, _dot, last = host.rpartition(".")
    return f"{name[:1]}•••@{first[:1]}•••.{last}"


def entrance_of(door: Door) -> Sheet:
    """What somebody sees who holds the link, and has shown nothing else."""
    return Sheet(door.ask.organisation.name, until(door.link), masked(door.link.email))


def sheet_of(door: Door, typed: dict[int, str] | None = None, wrong: Sequence[Wrong] = ()) -> Sheet:
    """What they see behind the code. ``typed``: what was sent just now; ``wrong``: why it could not be taken."""
    sent_in = door.ask.state == VendorAsk.State.ANSWERED
    kept: dict[str, Any] = door.ask.answers if sent_in else door.link.draft
    texts = {question.number: str(kept.get(str(question.number), "")) for question in questions()} | (typed or {})
    words = _("This has %(n)d characters; %(most)d fit.")
    errors = {one.field: one.text for one in wrong}
    errors |= {f"q{n}": words % {"n": len(texts[n]), "most": LONGEST} for n in too_long(texts)}
    lines = tuple(
        Line(question.number, question.ask, texts[question.number], errors.get(f"q{question.number}", ""))
        for question in questions()
    )
    return Sheet(
        organisation=door.ask.organisation.name,
        until=until(door.link),
        vendor=door.ask.review.vendor.name,
        message=door.ask.message,
        lines=lines,
        answered=sum(bool(line.text) for line in lines),
        sent_in=sent_in,
    )


def wrong_lines(sheet: Sheet) -> list[Wrong]:
    """The answers that cannot be kept, each under the name of its question."""
    words = _("Question %(number)d: %(error)s")
    said = ({"number": line.number, "error": line.error} for line in sheet.lines if line.error)
    return [Wrong(words % each, f"q{each['number']}") for each in said]


def wrong_signature(name: str, *, sure: bool) -> list[Wrong]:
    """What is missing of who answers, and of their word for it, all at once."""
    found = []
    if not name:
        found.append(Wrong(_("Say who answers."), "name"))
    elif len(name) > LONGEST_NAME:
        found.append(Wrong(_("A name has at most %d characters.") % LONGEST_NAME, "name"))
    if not sure:
        found.append(Wrong(_("Say that these are your answers: tick the box."), "sure"))
    return found


def at_their_fields(wrong: Sequence[Wrong]) -> dict[str, Any]:
    """For a template: ``wrong`` stands on top, and ``errors`` beside the fields."""
    return {"wrong": wrong, "errors": {one.field: one.text for one in wrong if one.field}}


def typed_in(request: HttpRequest) -> dict[int, str]:
    """The answers that were sent, cleaned. Fields that are none of the ten are not looked at."""
    return {
        question.number: cleaned(request.POST[f"q{question.number}"])
        for question in questions()
        if f"q{question.number}" in request.POST
    }


def touched_in(request: HttpRequest, typed: dict[int, str]) -> dict[int, str]:
    """Those that differ from what stood in their fields: a form that lay open does not undo what a colleague typed."""
    return {n: text for n, text in typed.items() if request.POST.get(f"was{n}") != fingerprint(text)}


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class AskPage(View):
    """``/ask/<secret>``: the link, the code, the questions, the thanks.

    Exempt from Django's own check of forms, which has no ``Origin`` to look at here: before the code the secret in the
    address is what no other site knows, behind it every form carries a token of its session (``is_own_form``).
    """

    http_method_names = ["get", "head", "post", "options"]
    door: Door

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.user = AnonymousUser()  # who has signed in here is nobody's business on this page
        address = client_address(request)
        try:
            response = self._answer(request, kwargs["secret"], address)
        except RequestDataTooBig:
            response = self.show("unreadable", 413)
        except (SuspiciousOperation, BadRequest, MultiPartParserError):
            response = self.show("unreadable", 400)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    def _answer(self, request: HttpRequest, secret: str, address: str) -> HttpResponseBase:
        door = door_of(secret, address)
        if door is None:
            return self.show("closed", 404)
        if door.is_over:
            return self.show("closed", 404, organisation_name=door.ask.organisation.name)
        self.door = door
        with working_in(Context(door.ask.organisation_id, None, WAY, address)):
            try:
                return super().dispatch(request)
            except Closed:
                return self.show("closed", 404)

    def get(self, request: HttpRequest) -> HttpResponse:
        if not session.is_inside(request, self.door):
            return self.entrance()
        return self.form()

    def post(self, request: HttpRequest) -> HttpResponse:
        deed = request.POST.get("do", "")
        if deed == "code":
            return self._send_code()
        if deed == "enter":
            return self._enter(request)
        if not session.is_inside(request, self.door):
            return self._lost(request)
        if not session.is_own_form(request):
            return self.show("unreadable", 403)
        deeds = {"keep": self._keep, "save": self._save, "send": self._send, "leave": self._leave}
        return deeds[deed](request) if deed in deeds else self.show("unreadable", 400)

    def _send_code(self) -> HttpResponse:
        sent = send_code(door=self.door)
        if sent == Sending.TOO_MANY:
            return self.entrance(429, Wrong(_("Too many codes were sent today. Try again tomorrow.")))
        if sent == Sending.TOO_SOON:
            wrong = Wrong(_("A code was sent a moment ago. Wait a minute for another."))
            return self.entrance(429, wrong, wants_code=True)
        return self.entrance(wants_code=True, said=_("A code is on its way. It may take a minute or two."))

    def _enter(self, request: HttpRequest) -> HttpResponse:
        code = "".join(request.POST.get("code", "")[:40].split())
        if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
            return self._wrong_code(_("A code has %d digits.") % DIGITS)
        judged = judge_code(door=self.door, code=code)
        if judged == Judged.RIGHT:
            response = redirect(request.path)
            session.begin(response, request, self.door)
            return response
        if judged == Judged.WRONG:
            return self._wrong_code(_("That is not the code. After %d wrong ones you need a new code.") % TRIES)
        return self.entrance(422, Wrong(_("No code is waiting: it is used up, or too old. Have a new one sent.")))

    def _wrong_code(self, text: str) -> HttpResponse:
        return self.entrance(422, Wrong(text, "code"), wants_code=True)

    def _keep(self, request: HttpRequest) -> HttpResponse:
        """One answer, as it is typed: a line beside its field says what became of it."""
        typed = typed_in(request)
        try:
            link = keep_draft(door=self.door, texts=typed)
        except NotTaken as error:
            return self.show("kept", 422, error=str(error))
        return self.show("kept", answered=len(link.draft), most=len(questions()))

    def _save(self, request: HttpRequest) -> HttpResponse:
        typed = typed_in(request)
        try:
            keep_draft(door=self.door, texts=touched_in(request, typed))
        except NotTaken as error:
            return self.form(422, typed, [Wrong(str(error), error.field)])
        return redirect(f"{request.path}?saved=1")

    def _send(self, request: HttpRequest) -> HttpResponse:
        typed, name = typed_in(request), " ".join(cleaned(request.POST.get("name", "")).split())
        sure = request.POST.get("sure") == "yes"
        wrong = wrong_signature(name, sure=sure)
        try:
            keep_draft(door=self.door, texts=touched_in(request, typed))
            if not wrong:
                answer_ask(door=self.door, name=name)
                return redirect(request.path)
        except NotTaken as error:
            wrong = [Wrong(str(error), error.field), *wrong]
        return self.form(422, typed, wrong, name=name, sure=sure, sending=True)

    def _leave(self, request: HttpRequest) -> HttpResponse:
        """Save what stands in the form, and forget this browser."""
        typed = typed_in(request)
        try:
            if typed:
                keep_draft(door=self.door, texts=touched_in(request, typed))
        except NotTaken as error:
            return self.form(422, typed, [Wrong(str(error), error.field)])
        response = redirect(request.path)
        session.end(response, request)
        return response

    def _lost(self, request: HttpRequest) -> HttpResponse:
        """The session is over: what was typed stands on the answer, and nothing else does."""
        if request.POST.get("do") == "keep":
            error = _("Not saved: the session is over. Open the link in a new tab, enter a new code, and type on here.")
            return self.show("kept", 422, error=error)
        typed = [(number, text) for number, text in typed_in(request).items() if text]
        return self.show("ended", 422 if typed else 403, typed=typed)

    def entrance(self, status: int = 200, wrong: Wrong | None = None, **said: Any) -> HttpResponse:
        said |= at_their_fields([wrong] if wrong else [])
        minutes = int(WORKS_FOR.total_seconds() // 60)
        return self.show("entrance", status, sheet=entrance_of(self.door), digits=DIGITS, minutes=minutes, **said)

    def form(
        self, status: int = 200, typed: dict[int, str] | None = None, wrong: Sequence[Wrong] = (), **said: Any
    ) -> HttpResponse:
        sheet = sheet_of(self.door, typed, wrong)
        lines = wrong_lines(sheet)
        told = {one.field for one in lines}
        said |= at_their_fields([*lines, *(one for one in wrong if one.field not in told)])
        template = "thanks" if sheet.sent_in else "form"
        said |= {"saved": "saved" in self.request.GET, "token": session.token_of(self.request), "most": LONGEST}
        return self.show(template, status, sheet=sheet, **said)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        # the messages of somebody who has signed in stay where they are
        context |= {"messages": (), "path": self.request.path}
        return render(self.request, f"vendors/asking/{template}.html", context, status=status)
