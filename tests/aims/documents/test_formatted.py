"""Formatted text: only the tags and attributes that are allowed, whatever is typed; the same words on paper."""

import io
import time
from collections.abc import Callable
from html.parser import HTMLParser

import docx
import pypdfium2
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc.access.actor import Actor
from grc.formatted.page import shown
from grc.formatted.paper import blocks_of
from grc.formatted.reading import MOST, gaps_of, is_safe
from grc.reports.document import Document, Heading, Items, Note, Paragraph, Table
from grc.reports.docx import to_docx
from grc.reports.pdf import to_pdf
from tests.approvals.making import approved, sent, somebody
from tests.factories import make

ALLOWED = {
    "p": set(), "br": set(), "strong": set(), "em": set(), "ul": set(), "ol": {"start"}, "li": set(),
    "blockquote": set(), "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"}, "a": {"href", "rel"},
    "div": {"class", "tabindex"}, "table": {"class"}, "thead": set(), "tbody": set(), "tr": set(), "th": {"scope"},
    "td": set(), "mark": set(),
}  # fmt: skip
TEXT = """## Purpose

We use **AI** with *care*.
Second line.

- one
  - deeper
- two, see [the law](https://example.org/law?a=1&b=2)

3. third
4. fourth

> A quote

| What | Who |
| --- | --- |
| Stop | [say who stops it] |
"""


class Checker(HTMLParser):
    """Collects what is not allowed, and what is not closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.wrong.append(f"{tag} {name}")
            if name == "href" and not is_safe(value or ""):
                self.wrong.append(f"href {value}")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("instruction")

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(text: str) -> Checker:
    checker = Checker()
    checker.feed(str(shown(text).html))
    checker.close()
    assert checker.wrong == []
    assert checker.open == []
    return checker


def test_text_is_shown_with_its_forms() -> None:
    html = str(shown(TEXT).html)
    for part in (
        '<h3 id="part-1">Purpose</h3>', "<strong>AI</strong>", "<em>care</em>.<br>Second line.", "<li>one",
        '<ol start="3">', "<blockquote>", '<th scope="col">What</th>', "<mark>[say who stops it]</mark>",
        '<a href="https://example.org/law?a=1&amp;b=2" rel="noopener noreferrer">the law</a>',
    ):  # fmt: skip
        assert part in html
    checked(TEXT)


def test_plain_text_of_before_stays_readable() -> None:
    text = "First line\nsecond line\n\nAnother paragraph with 2 < 3 & more."
    assert str(shown(text).html) == (
        "<p>First line<br>second line</p><p>Another paragraph with 2 &lt; 3 &amp; more.</p>"
    )


ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<!-- x --><?php ?>",
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\nscript:alert(1))", "[a](&#106;avascript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "[a](//evil.example)", "[a](/o/nordhaven/)",
    "[a](https:evil)", "[a](mailto:)", "[a](file:///etc/passwd)", "![a](https://evil.example/x.png)",
    '[a](https://x.example "onmouseover=alert(1)")', '[a](https://x.example/"onclick="alert)',
    "[a](<javascript:alert(1)>)", "[x]: javascript:alert(1)\n\n[x]", "<https://x.example>", "`<b>`",
    "```\n<script>\n```", "    <script>", "# <b onclick=x>", "| <i> | b |\n| --- | --- |\n| <script> | x |",
    "**<script>**", "[**<img src=x>**](https://x.example)", "[a](https://x.example\x0bonclick=x)",
    "<style>*{}</style>", "&lt;script&gt;", "<a href='javascript:x'>y</a>", "[say <script>alert(1)</script>]",
    "[a](https://[)", "[[a](https://x.example)](javascript:b)", "1234567890123456789. x", "0. x",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_stay_letters(text: str) -> None:
    html = str(shown(text).html)
    checked(text)
    assert "<script" not in html
    assert "<img" not in html


def test_links_lead_to_the_web_and_to_mail_only() -> None:
    assert [
        href for href in ("https://a.example", "http://a.example/x", "mailto:a@b.example") if not is_safe(href)
    ] == []
    for href in ("javascript:x", " https://a.example", "https://", "ftp://a", "//a", "/a", "#a", "", "https://a\x00"):
        assert not is_safe(href), href


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("  " * n + "- x" for n in range(400)),
        "> " * 3000 + "x",
        "*" * 20_000,
        "[" * 20_000,
        "[a](" * 8000,
        "**a " * 10_000,
        "|" * 20_000 + "\n" + "|-" * 10_000,
        "- x\n" * 12_000,
        "x" * MOST,
        "_a" * 20_000,
    ],
    ids=["nested-lists", "nested-quotes", "stars", "brackets", "links", "strong", "table", "list", "word", "under"],
)
def test_huge_and_deep_texts_take_no_long(text: str) -> None:
    started = time.process_time()
    checked(text)
    list(blocks_of(text))
    assert time.process_time() - started < 10


def test_longer_than_may_be_is_shown_as_typed() -> None:
    assert str(shown("**x** " * MOST).html).startswith("<p>**x**")


MARKS = st.sampled_from([*"*_[]()<>!#|>-+`\\\"'&:;= \n\t1.", "javascript:", "<script>", "](", "https://a.b", "| - |\n"])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(MARKS, st.text(max_size=6)), max_size=60).map("".join))
def test_anything_gives_allowed_tags_only(text: str) -> None:
    checked(text)
    list(blocks_of(text))


def test_contents_stand_above_long_texts_only() -> None:
    assert shown("## One\n\n## Two").contents == ()
    long = shown("## One\n\n### Two\n\n## Three\n\n## Four", "x")
    assert [(place, level) for place, _words, level in long.contents] == [
        ("x-1", 2),
        ("x-2", 3),
        ("x-3", 2),
        ("x-4", 2),
    ]


def test_gaps_are_found_once_in_order() -> None:
    assert gaps_of("[say who] and [Say what]\n[say who] [not this] [say\nbroken]") == ["say who", "Say what"]


def test_paper_holds_the_same_words() -> None:
    blocks = list(blocks_of(TEXT))
    assert blocks[0] == Heading("Purpose", 3)
    assert blocks[1] == Paragraph("We use AI with care.\nSecond line.")
    assert blocks[2] == Items(
        [(0, "•", "one"), (1, "–", "deeper"), (0, "•", "two, see the law (https://example.org/law?a=1&b=2)")]
    )
    assert blocks[3] == Items([(0, "3.", "third"), (0, "4.", "fourth")])
    assert blocks[4] == Note("A quote")
    assert blocks[5] == Table(["What", "Who"], [["Stop", "[say who stops it]"]])


def test_lists_are_drawn_in_pdf_and_docx() -> None:
    document = Document(title="Policy", organisation="Nordhaven", blocks=list(blocks_of(TEXT)))
    pdf = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(to_pdf(document)))
    word = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(to_docx(document))).paragraphs)
    for shown_on_paper in (pdf, word):
        for words in ("deeper", "third", "A quote", "We use AI with care."):
            assert words in shown_on_paper


@pytest.mark.django_db
def test_approved_policy_prints_formatted(system: Actor) -> None:
    from grc.reports.versions import document_of_version

    document = make("documents", system, text=TEXT.replace("[say who stops it]", "Jonas"))
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    review = approved(sent(document, officer, approver), approver)
    blocks = document_of_version(review.version).blocks
    assert Heading("Purpose", 3) in blocks
    assert Table(["What", "Who"], [["Stop", "Jonas"]]) in blocks


@pytest.mark.django_db
def test_preview_shows_and_keeps_nothing(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    answer = client.post("/o/nordhaven/formatted", {"text": "**x** <script>\x00"})
    assert answer.status_code == 200
    assert "<strong>x</strong> &lt;script&gt;" in answer.content.decode()
    assert client.post("/o/nordhaven/formatted", {"text": "x" * (MOST + 1)}).status_code == 422
    assert client.get("/o/nordhaven/formatted").status_code == 405
    assert Client().post("/o/nordhaven/formatted", {"text": "x"}).status_code in {302, 403}


@pytest.mark.django_db
def test_form_offers_toolbar_and_page_shows_the_text(system: Actor, client_of: Callable[..., Client]) -> None:
    document = make("documents", system, text=TEXT)
    client = client_of("compliance-officer")
    form = client.get(f"{document.get_absolute_url()}/edit").content.decode()
    assert 'data-formatted="/o/nordhaven/formatted"' in form
    page = client.get(document.get_absolute_url()).content.decode()
    assert "<strong>AI</strong>" in page
    assert "Say who stops it" in page
