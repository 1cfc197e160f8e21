"""The demo firm's evidence: a handful of documents, some fresh, one expired, one that nobody has dated."""

import base64
import datetime as dt
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from evidence.actions.items import add_file
from evidence.actions.sources import run_pull
from evidence.models import EvidenceItem, Source
from grc.actions.links import link_records
from grc.actions.records import change_record, create_record
from grc.demo import HOME, OTHER, demo_actor, person_of
from grc.models.organisation import Organisation
from grc.registries import seeders


@dataclass(frozen=True)
class Document:
    """``age``: days since its own date; ``lasts``: days until it expires, counted from today."""

    name: str
    kind: str
    shows: str
    system: str
    age: int
    covers: int = 0
    lasts: int | None = None
    file: str = "pdf"


DOCUMENTS = (
    Document(
        "Claims triage: validation report 2026",
        "report",
        "Error rates by line of business and by region on 4,000 settled claims, with the thresholds agreed beforehand.",
        "SYS-0001",
        118,
        365,
        247,
    ),
    Document(
        "Claims triage: human oversight procedure",
        "procedure",
        "Who confirms proposals, how an override is recorded, and how the system is switched off.",
        "SYS-0001",
        210,
        0,
        155,
    ),
    Document(
        "Override log, third quarter 2026",
        "record",
        "Every proposal that a handler overrode from July to September, with the reason given.",
        "SYS-0001",
        52,
        92,
        None,
        "csv",
    ),
    Document(
        "AI policy",
        "policy",
        "The policy that top management approved; it is handed to everybody who uses an AI system.",
        "SYS-0001",
        300,
        0,
        65,
    ),
    Document(
        "Customer assistant: disclosure screens",
        "report",
        "What policyholders see before the first answer, on the web and in the app.",
        "SYS-0002",
        95,
        0,
        270,
    ),
    Document(
        "Data processing agreement with the model provider",
        "agreement",
        "Signed by both parties; annex 2 names where data are processed.",
        "SYS-0002",
        400,
        0,
        -12,
    ),
    Document(
        "Broker submissions: sample review",
        "report",
        "Fifty summaries compared with the submissions by two underwriters.",
        "SYS-0003",
        34,
        30,
        150,
    ),
    Document(
        "Fraud signals: training data sheet",
        "record",
        "Where the training data come from, what was removed, and what is known to be missing.",
        "SYS-0004",
        61,
        0,
        None,
        "csv",
    ),
)


@seeders.add(order=30)
def seed_evidence() -> None:
    organisation = Organisation.objects.get(slug=HOME)
    if EvidenceItem.objects.within(organisation).exists():
        return
    officer = demo_actor("carla@nordhaven.example", HOME)
    today = timezone.localdate()
    with officer.working():
        for document in DOCUMENTS:
            dated = today - dt.timedelta(days=document.age)
            item = EvidenceItem(
                organisation=organisation,
                name=document.name,
                kind=document.kind,
                description=document.shows,
                dated_on=dated,
                period_from=dated - dt.timedelta(days=document.covers) if document.covers else None,
                period_to=dated if document.covers else None,
                expires_on=None if document.lasts is None else today + dt.timedelta(days=document.lasts),
                classification=EvidenceItem.Classification.CONFIDENTIAL,
                owner=person_of("jonas@nordhaven.example"),
            )
            create_record(record=item, by=officer)
            content = _pdf(document) if document.file == "pdf" else _csv(document)
            stem = document.name.lower().replace(":", "").replace(",", "").replace(" ", "-")
            add_file(item=item, upload=io.BytesIO(content), name=f"{stem}.{document.file}", by=officer)
            link_records(source=item, reference=document.system, by=officer)
    stranger = demo_actor("rosa@brightwell.example", OTHER)
    with stranger.working():
        record = EvidenceItem(organisation=stranger.organisation, name="Scheduling: patient notice", kind="policy")
        create_record(record=record, by=stranger)


def _pdf(document: Document) -> bytes:
    styles, out = getSampleStyleSheet(), io.BytesIO()
    pages = SimpleDocTemplate(out, pagesize=A4, title=document.name, author="Nordhaven Insurance")
    note = "This document belongs to the demo organisation. Nordhaven Insurance does not exist."
    pages.build(
        [
            Paragraph(document.name, styles["Title"]),
            Paragraph(document.shows, styles["BodyText"]),
            Spacer(1, 24),
            Paragraph(note, styles["Italic"]),
        ]
    )
    return out.getvalue()


def _csv(document: Document) -> bytes:
    lines = ["number,subject,note", *(f"{n},{document.name},entry {n} of the demo" for n in range(1, 41))]
    return ("\r\n".join(lines) + "\r\n").encode()


@seeders.add(order=40)
def seed_source() -> None:
    """Connect the demo's proxy, whose operator told us its address, folder and token; take in what it has so far."""
    url = os.environ.get("DEMO_PROXY_URL", "")
    if not url:
        return
    engineer = demo_actor("sam@nordhaven.example", HOME)
    folder = Path(os.environ["DEMO_PROXY_FOLDER"])
    origin = json.loads((folder / "recorder.json").read_text())["log_id"]
    source = Source.objects.within(engineer.organisation).filter(origin=origin).first()
    with engineer.working():
        if source is None:
            source = Source(
                organisation=engineer.organisation,
                name="AI proxy, Frankfurt",
                url=url,
                origin=origin,
                pinned_key=base64.b64decode(json.loads((folder / "keys.json").read_text())[0]["public_key"]).hex(),
                lookup_token=os.environ["DEMO_PROXY_LOOKUP_TOKEN"],
            )
            create_record(record=source, by=engineer)
            run_pull(source=source)
        elif source.url != url:
            source.url = url
            change_record(record=source, by=engineer, lock=source.lock, reason="The proxy moved to another port")
