"""A crawl: every address of the resolver, filled with what the person's organisation holds, and every link it shows."""

import io
import itertools
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pypdfium2
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.test import Client
from django.urls import resolve
from django.urls.exceptions import Resolver404

from grc.models import Person
from grc.registers.register import Register, registers
from tests.access.addresses import addresses, register_of
from tests.alike import registers_differ, worth_asking
from tests.attacks.planting import HEAD

LINKS = re.compile(r"""\s(?:href|src|action|hx-get|data-url)=["']([^"'#]+)""")
ALIKE = 1
"""Linked addresses that differ only in reference and query values: so many of each, beside those one began with."""
KINDS = {"api/": ("docx",), "export": ("csv", "xlsx", "pdf"), "document": ("pdf", "docx")}
"""What is handed out as a file, by a part of its route: the API hands out the pages' documents, so there one does."""
EVERY_KIND = ("csv", "xlsx", "pdf", "docx")

CHANGES_BY_ITSELF = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b"csrf"),
    (re.compile(rb'(?:"X-CSRFToken": |csrf-token" content=)"[^"]+"'), b"csrf"),
    (re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?"), b"instant"),
    (re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d(?::\d\d)?"), b"instant"),
    (re.compile(rb"\d{1,2} [A-Z][a-z]{2,8} 20\d\d, \d\d:\d\d"), b"instant"),
    (re.compile(rb'(<option value="[a-z]{2}-[A-Z]{2}"[^>]*>[^<:]*: )[^<]*'), rb"\1now"),
    (re.compile(rb"just now|\d+(?:\xc2\xa0|\s)(?:second|minute)s?(?: ago)?"), b"ago"),
    (re.compile(rb">\d\d:\d\d</time>"), b">hour</time>"),
    (re.compile(rb"cursor=\d{16}"), b"cursor=instant"),
    (re.compile(rb'"next_cursor":"\d{16}'), b'"next_cursor":"instant'),
    (re.compile(rb'(datetime-local"[^>]*) value="[^"]+"'), rb"\1 value=now"),
    (re.compile(rb"DTSTAMP:\d{8}T\d{6}Z"), b"DTSTAMP:now"),
    (re.compile(rb"msg_[0-9a-f]{32}"), b"message"),
    (re.compile(rb'"challenge": "[A-Za-z0-9_-]{43}"'), b"challenge"),
    (re.compile(rb"whsec_[A-Za-z0-9+/=]{44}"), b"secret"),
    (re.compile(rb"<v>4\d{4}\.\d+</v>"), b"<v>instant</v>"),
)
"""What may differ between two crawls of the same data: form tokens, challenges, and times of what the crawl did."""

NEVER = ("/account/logout/", "/account/2fa/totp/activate/", "/static/")
"""Leaving, a secret that is made anew at every look, and files that are no data."""


@dataclass
class Crawled:
    """``bodies``: address to status and normalised bytes (archives by member). ``unvisited``: what was left when the
    crawl had enough."""

    bodies: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    unvisited: int = 0

    def statuses(self) -> Counter[int]:
        return Counter(status for status, _body in self.bodies.values())


def start_addresses(values: dict[str, Iterable[str]], room: str = "") -> list[str]:
    """Every GET address that can be filled. ``values``: for a parameter's name, what it may be; references are found
    per register under the register's slug. ``room``: the parameter ``scope``, which a register is called as well."""
    found = []
    for address in worth_asking(addresses(), lambda address: address.route, registers_differ, most=len(slugs())):
        if address.name.startswith(("account_", "mfa_")) or address.route.startswith("static"):
            continue
        register = register_of(address.route)
        filled = {name: next(iter(options)) for name, options in values.items() if name not in slugs()}
        filled |= {"scope": room} if room else {}
        references: list[str | None] = list(values.get(register.slug, ())) if register else [None]
        for reference in references or [None]:
            for kind in kinds_of(address.route):
                given = filled | {"kind": kind, "number": 1} | ({"reference": reference} if reference else {})
                try:
                    found.append(address.fill(given | {"other": reference or ""}))
                except KeyError:
                    continue
    return found


def kinds_of(route: str) -> tuple[str, ...]:
    if "<slug:kind>" not in route:
        return ("",)
    return next((kinds for part, kinds in KINDS.items() if part in route), EVERY_KIND)


def takes_get(url: str) -> bool:
    """Whether the view behind ``url`` answers GET at all; what it says to other methods is asked elsewhere."""
    view: Any = resolve(urlsplit(url).path).func
    shown = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if shown is None or getattr(view, "actions", None):
        return shown is None or "get" in view.actions
    given = getattr(view, "view_initkwargs", None) or getattr(view, "initkwargs", {})
    return hasattr(shown, "get") and "get" in given.get("http_method_names", shown.http_method_names)


def slugs() -> set[str]:
    return {register.slug for register in registers}


def probes(organisation: str, references: list[str], email: str) -> Iterator[str]:
    """Searches, orders and filters that would tell of rows that one may not see: for every filter, in turn by page and
    by API, which ask the same query; an order by one text and by one date of each register, for the same reason."""
    yield f"/o/{organisation}/search?q={HEAD}"
    for number, register in enumerate(registers):
        reference = references[number % len(references)]
        pages, api = register.list_url(organisation), f"/api/v1/o/{organisation}/{register.slug}"
        ways = itertools.cycle((pages, api) if number % 2 else (api, pages))
        yield f"{next(ways)}?q={HEAD}"
        yield f"{next(ways)}?archived=1"
        for name in register.filters:
            for guess in guesses(register, name, reference, email):
                yield f"{next(ways)}?{urlencode({name: guess})}"
        for sign, name in zip(("", "-"), orders_of(register), strict=False):
            yield f"{next(ways)}?sort={sign}{name}"
        written = {name: next(iter(guesses(register, name, reference, email)), HEAD) for name in register.writable}
        yield f"{pages}new?{urlencode(written)}"
        yield f"{pages}{reference}"


def guesses(register: Register, name: str, reference: str, email: str) -> Iterator[str]:
    """What may stand elsewhere in this field, if anything can be guessed: a person, a record, a choice."""
    try:
        field = register.field(name)
    except FieldDoesNotExist:
        return
    if field.is_relation:
        yield email if field.related_model is Person else reference
    elif field.choices:
        yield str(field.flatchoices[0][0])


def orders_of(register: Register) -> list[str]:
    """The first column of text and the first of dates."""
    own = [name for name in register.columns if name in register.writable]
    kinds = (models.CharField | models.TextField, models.DateField)
    found = (next((name for name in own if isinstance(register.field(name), kind)), None) for kind in kinds)
    return [name for name in found if name is not None]


def crawl(client: Client, start: Iterable[str], most: int = 8000) -> Crawled:
    """GET breadth first. Links that only differ in their values are followed ``ALIKE`` times."""
    crawled, seen, alike = Crawled(), set(), Counter[str]()
    waiting = deque((url, False) for url in start)
    while waiting and len(crawled.bodies) < most:
        url, linked = waiting.popleft()
        if url in seen or url.startswith(NEVER):
            continue
        seen.add(url)
        if linked:
            shape = shape_of(url)
            alike[shape] += 1
            if alike[shape] > ALIKE:
                continue
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        where = f" -> {response['Location']}" if "Location" in response else ""
        named = f" [{response['Content-Disposition']}]" if "Content-Disposition" in response else ""
        crawled.bodies[normal(url.encode()).decode()] = (
            response.status_code,
            normal(body) + where.encode() + named.encode(),
        )
        for link in links(body, response.get("Content-Type", ""), url, where):
            waiting.append((link, True))
    crawled.unvisited = len(waiting)
    return crawled


def links(body: bytes, media_type: str, url: str, where: str) -> list[str]:
    found = [where.removeprefix(" -> ")] if where else []
    if media_type.startswith("text/html"):
        found += [unescape(link) for link in LINKS.findall(body.decode("utf-8", "replace"))]
    absolute = (urljoin(f"http://testserver{url}", link) for link in found)
    return [link.removeprefix("http://testserver") for link in absolute if link.startswith("http://testserver/")]


def shape_of(url: str) -> str:
    parts = urlsplit(url)
    try:
        name = resolve(parts.path).url_name
    except Resolver404:
        name = parts.path
    return f"{name}?{sorted({key for key, _value in parse_qsl(parts.query)})}"


def normal(body: bytes) -> bytes:
    """The bytes without what changes by itself; of an archive, the bytes of its members; of a PDF, what it says."""
    if body.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(body)
        body = b"%PDF\n" + "\n".join(page.get_textpage().get_text_range() for page in document).encode()
    if body.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(name.encode() + b"\n" + archive.read(name) for name in sorted(archive.namelist()))
    for pattern, name in CHANGES_BY_ITSELF:
        body = pattern.sub(name, body)
    return body
