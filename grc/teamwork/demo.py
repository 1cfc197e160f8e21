"""What the demo firm's people say about their records, and which of those belong together."""

from django.core.files.uploadedfile import SimpleUploadedFile

from grc.actions.links import NotLinkable, link_records
from grc.demo import HOME, demo_actor
from grc.models.organisation import Organisation
from grc.models.record import Record, RecordKey
from grc.models.teamwork import Comment
from grc.registers.register import registers
from grc.registries import seeders
from grc.teamwork.actions.attachments import attach_files
from grc.teamwork.actions.comments import write_comment

LINKS = (
    ("RSK-0001", "SYS-0001", "What may go wrong when claims are sorted."),
    ("RSK-0001", "EVD-0003", "How often handlers decide otherwise."),
    ("RSK-0005", "SYS-0002", "The assistant speaks for the firm."),
    ("DOC-0003", "SYS-0001", "Says who looks at what before money moves."),
)
COMMENTS = (
    ("carla", "RSK-0001", "EVD-0003 shows the same in two regions.\n@Jonas Weber, names or addresses?"),
    ("jonas", "RSK-0001", "The addresses, as far as I can see. I compare it with RSK-0011 this week."),
    ("margit", "RSK-0001", "I would like to see the October rates before I sign the treatment. @Carla Brandt"),
    ("tomas", "DOC-0003", "Section 4 names a deputy who left in spring."),
)  # fmt: skip
FILES = (
    (
        "RSK-0001",
        "referral-rates-september.csv",
        "region,referred,paid out\nnorth,212,1840\nsouth,341,1611\neast,198,1502\n",
    ),
)


@seeders.add(order=70)
def seed_teamwork() -> None:
    """Links, comments and a file on the records that earlier seeders made; once."""
    officer = demo_actor("carla@nordhaven.example", HOME)
    with officer.working():
        if Comment.objects.within(officer.organisation).exists():
            return
        for one, other, note in LINKS:
            try:
                link_records(source=_record(one, officer.organisation), reference=other, note=note, by=officer)
            except NotLinkable:
                continue  # an app's own demo has linked the two
        for reference, name, text in FILES:
            upload = SimpleUploadedFile(name, text.encode(), "text/csv")
            attach_files(record=_record(reference, officer.organisation), uploads=[upload], by=officer)
    for name, reference, body in COMMENTS:
        actor = demo_actor(f"{name}@nordhaven.example", HOME)
        with actor.working():
            write_comment(record=_record(reference, actor.organisation), body=body, by=actor)


def _record(reference: str, organisation: Organisation) -> Record:
    key = RecordKey.objects.within(organisation).get(reference=reference)
    rows = registers.by_slug(key.register).model.objects.within(organisation)
    record: Record = rows.select_related("key", "organisation", "owner").get(pk=key.pk)
    return record
