"""The samples of a test by people: a line each, as one types them or pastes them from a spreadsheet."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

OK = {"ok", "pass", "passed", "yes", "good", "✓", "✔"}
EXCEPTION = {"exception", "fail", "failed", "no", "wrong", "✗", "✘"}
MOST = 1000


class SampleRefused(ValueError):
    """A line that says neither ok nor exception; ``str()`` names the line."""


@dataclass(frozen=True)
class Sample:
    """``what`` was looked at, how it turned out, and what the tester noted."""

    what: str
    is_exception: bool
    note: str


def read_samples(text: str) -> list[Sample]:
    """The samples in ``text``: columns with ``|`` or tabs between. Raises ``SampleRefused``."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        what, result, note = _columns(line)
        said = result.casefold()
        if not what or said not in OK | EXCEPTION:
            raise SampleRefused(
                _("Line %(n)d: write what you looked at, then “ok” or “exception”, with | between.") % {"n": number}
            )
        found.append(Sample(what[:300], said in EXCEPTION, note))
    if len(found) > MOST:
        raise SampleRefused(_("At most %(most)d samples; these are %(n)d.") % {"most": MOST, "n": len(found)})
    return found


def _columns(line: str) -> tuple[str, str, str]:
    what, _bar, rest = line.replace("\t", "|").partition("|")
    result, _bar, note = rest.partition("|")
    return what.strip(), result.strip(), note.strip()
