"""How each kind of notice is mailed to somebody who has not said otherwise."""

from grc.models.notice import Notice, NoticeSetting
from grc.models.person import Person

Kind, Mail = Notice.Kind, NoticeSetting.Mail

USUAL = {
    Kind.MENTION: Mail.ONCE,
    Kind.COMMENT: Mail.DAILY,
    Kind.TASK: Mail.DAILY,
    Kind.DUE: Mail.DAILY,
    Kind.APPROVAL: Mail.ONCE,
    Kind.ALARM: Mail.ONCE,
    Kind.JOB: Mail.NEVER,
    Kind.PEOPLE: Mail.DAILY,
}


def mail_wishes(person: Person) -> dict[Notice.Kind, NoticeSetting.Mail]:
    """How ``person`` wants every kind by mail."""
    said = {row.kind: row.mail for row in NoticeSetting.objects.filter(person=person)}
    return {kind: Mail(said.get(kind, usual)) for kind, usual in USUAL.items()}
