"""Which fields each address takes, read from the pages themselves: form fields and the names in links' queries."""

import re
from collections import defaultdict
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import resolve
from django.urls.exceptions import Resolver404

from tests.attacks.crawling import LINKS

FORM = re.compile(r"<form\b(.*?)>(.*?)</form>", re.DOTALL)
NAMED = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\sname="([^"]+)"', re.DOTALL)
ATTRIBUTE = re.compile(r'\s(action|method)="([^"]*)"')


def name_of(url: str) -> str:
    try:
        return str(resolve(urlsplit(url).path).url_name)
    except Resolver404:
        return ""


def fields_by_address(client: Client, urls: list[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For GET and for POST: the name of an address to the fields that pages send it."""
    asked: dict[str, set[str]] = defaultdict(set)
    posted: dict[str, set[str]] = defaultdict(set)
    for url in urls:
        response = client.get(url)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        for link in LINKS.findall(page):
            target = urljoin(f"http://testserver{url}", unescape(link))
            asked[name_of(target)] |= {key for key, _value in parse_qsl(urlsplit(target).query)}
        for head, body in FORM.findall(page):
            said = dict(ATTRIBUTE.findall(head))
            target = urljoin(f"http://testserver{url}", unescape(said.get("action", "")))
            into = posted if said.get("method", "get").lower() == "post" else asked
            into[name_of(target)] |= set(NAMED.findall(body)) - {"csrfmiddlewaretoken"}
    return dict(asked), dict(posted)
