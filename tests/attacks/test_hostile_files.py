"""Hostile files through the real page: a sentence, one event in the log, no row, and nothing on the disk."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evidence.models import EvidenceItem, ItemFile
from grc.access.actor import Actor
from grc.models import ActivityEvent, File
from tests.factories import make
from tests.grc.test_uploads import PDF, office, packed, png
from tests.grc.test_uploads_archives import LAUGHS, XXE, word

pytestmark = pytest.mark.django_db


def bomb() -> bytes:
    return word(b"<d>" + b"<e/>" * 30_000_000 + b"</d>")


def symlink() -> bytes:
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed(("a.txt", "secret")))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def nested(depth: int = 8) -> bytes:
    data = packed(("a.txt", b"0" * 1_000_000))
    for _ in range(depth):
        data = packed(("inner.zip", data), ("other.zip", data))
    return data


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb": ("a.docx", bomb),
    "external entity": ("a.docx", lambda: word(XXE)),
    "billion laughs": ("a.docx", lambda: word(LAUGHS)),
    "path": ("a.zip", lambda: packed(("../../etc/cron.d/x", "x"))),
    "symlink": ("a.zip", symlink),
    "encrypted": ("a.zip", encrypted),
    "nested": ("a.zip", nested),
    "macros as document": ("a.docx", lambda: office("docm", ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"))),
    "pdf and zip": ("a.pdf", lambda: PDF + packed(("a", "b"))),
    "html as pdf": ("a.pdf", lambda: b"<html><script>alert(1)</script></html>"),
    "png and html": ("a.png", lambda: b"<html>" + png()),
    "program": ("a.txt", lambda: b"MZ" + b"\0" * 200),
    "empty": ("a.txt", lambda: b""),
    "ending": ("a.exe", lambda: b"text"),
    "no ending": ("a", lambda: b"text"),
}
DOORS = [("evidence-files", 422), ("api-evidence-files", 400)]
NAMES = {
    "right to left": "report\u202efdp.csv",
    "NUL": "a\x00b.csv",
    "255 bytes": "é" * 200 + ".csv",
    "header": 'a"; filename="evil.html\r\nSet-Cookie: a=b\r\n\r\n<b>.csv',
    "path": "../../../etc/passwd.csv",
    "windows": "C:\\temp\\con.csv",
    "decomposed": "Kühlung.csv",
    "dots": "....csv",
    "markup": "<img src=x onerror=alert(1)>.csv",
    "quotes": "a'\"`$(id);%0d%0a.csv",
}


@pytest.fixture
def item(system: Actor) -> EvidenceItem:
    return make("evidence", system)


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def send(client: Client, item: EvidenceItem, name: str, data: bytes, door: str = "evidence-files") -> Any:
    url = reverse(door, args=[item.organisation.slug, item.reference])
    boundary = "boundary7f3a"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    return client.generic("POST", url, body, content_type=f"multipart/form-data; boundary={boundary}")


def on_disk(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(("door", "status"), DOORS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_without_a_trace(
    kind: str, door: str, status: int, item: EvidenceItem, client: Client, settings: Any
) -> None:
    name, data = HOSTILE[kind]
    response = send(client, item, name, data(), door)
    assert response.status_code == status
    assert f"“{name}”" in response.content.decode()
    assert not File.unscoped.exists()
    assert not ItemFile.unscoped.exists()
    assert on_disk(settings) == []
    events = ActivityEvent.unscoped.filter(record=item.key, verb="refused")
    assert [name in event.detail for event in events] == [True]


@pytest.mark.parametrize("data", [b"a,b\r\n", b"a,b\r\n" * 600_000], ids=["small", "3 MB"])
@pytest.mark.parametrize("door", ["evidence-files", "api-evidence-files"])
def test_honest_file_is_stored(door: str, data: bytes, item: EvidenceItem, client: Client, settings: Any) -> None:
    assert send(client, item, "a.csv", data, door).status_code in (201, 302)
    assert File.unscoped.get().size == len(data)
    assert [path.stat().st_size for path in on_disk(settings)] == [len(data)]


def test_same_file_again_leaves_no_bytes_behind(item: EvidenceItem, client: Client, settings: Any) -> None:
    assert send(client, item, "a.csv", b"a,b\r\n").status_code == 302
    response = send(client, item, "b.csv", b"a,b\r\n")
    assert response.status_code == 422
    assert "same file as version 1" in response.content.decode()
    assert len(on_disk(settings)) == File.unscoped.count() == 1


def test_file_larger_than_the_limit_is_refused(item: EvidenceItem, client: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    response = send(client, item, "a.csv", b"a,b\r\n" * 1000)
    assert response.status_code == 422
    assert "larger than" in response.content.decode()
    assert on_disk(settings) == []


@pytest.mark.parametrize(("door", "words"), [("evidence-files", "too large"), ("api-evidence-files", "at most")])
def test_body_beyond_the_limit_is_not_even_received(
    door: str, words: str, item: EvidenceItem, client: Client, settings: Any
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    response = send(client, item, "a.csv", b"a,b\r\n" * 300_000, door)
    assert response.status_code == 413
    assert words in response.content.decode()
    assert not File.unscoped.exists()


def test_form_without_a_file_says_so(item: EvidenceItem, client: Client) -> None:
    url = reverse("evidence-files", args=[item.organisation.slug, item.reference])
    for body in ({}, {"file": "not a file"}):
        assert "Choose a file" in client.post(url, body, follow=True).content.decode()


@pytest.mark.parametrize("kind", NAMES)
def test_name_of_a_file_reaches_no_header_and_no_path(
    kind: str, item: EvidenceItem, client: Client, settings: Any
) -> None:
    url = reverse("evidence-files", args=[item.organisation.slug, item.reference])
    upload = SimpleUploadedFile("x.csv", b"a,b\r\n1,2\r\n")
    upload._name = NAMES[kind]  # past Django's own cleaning, as another door might let it in
    response = client.post(url, {"file": upload})
    assert response.status_code in (302, 422)
    for file in File.unscoped.all():
        assert file.name == Path(file.name).name
        assert file.content.name.startswith("files/")
        assert "csv" not in file.content.name
    assert all("csv" not in path.name for path in on_disk(settings))
    for found in ItemFile.unscoped.all():
        answer = client.get(f"{item.get_absolute_url()}/files/{found.number}")
        assert answer.status_code == 200
        disposition = answer["Content-Disposition"]
        assert disposition.startswith("attachment; filename")
        assert not set("\r\n\x00") & set(disposition)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Type"] == "application/octet-stream"
        assert "Set-Cookie" not in answer or "a=b" not in answer["Set-Cookie"]
        page = client.get(item.get_absolute_url()).content.decode()
        assert "<img src=x" not in page


def test_macros_are_kept_and_never_run(item: EvidenceItem, client: Client) -> None:
    data = office("xlsm", ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1macro"))
    response = send(client, item, "buyer.xlsm", data)
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        answer = client.get(f"{item.get_absolute_url()}/files/1")
        assert b"".join(answer.streaming_content) == data
        assert File.unscoped.get().has_macros


def test_file_of_an_item_that_one_may_not_change_is_refused_before_it_is_read(
    item: EvidenceItem, client_of: Callable[..., Client], settings: Any
) -> None:
    assert send(client_of("reader"), item, "a.csv", b"a,b\r\n").status_code == 403
    assert send(client_of("platform-engineer"), item, "a.csv", b"a,b\r\n").status_code == 404
    assert on_disk(settings) == []
    assert not File.unscoped.exists()
