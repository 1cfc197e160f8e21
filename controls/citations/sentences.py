"""What is wrong, in a sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from controls.catalogues.shipped import catalogue
from controls.citations.known import older
from controls.citations.titles import ancestors, items


def called(framework: str, code: str) -> str:
    """A requirement as one says it: its number and its title."""
    return _("%(code)s, “%(title)s”") % {"code": code, "title": items(framework)[code].name}


def missing(frameworks: Sequence[str], code: str, right: str, why: str) -> str:
    """There is no such number; what may be meant, or what there is in its place."""
    shorts = [catalogue(key).short for key in frameworks]
    if len(shorts) > 1:
        said = {"one": shorts[0], "other": shorts[1], "code": code}
        return _("Neither %(one)s nor %(other)s has %(code)s.") % said
    found = [_("%(name)s has no %(code)s.") % {"name": shorts[0], "code": code}]
    if why:
        found.append(why)
    if right:
        found.append(_("Probably meant: %(right)s.") % {"right": called(frameworks[0], right)})
    elif there := _beside(frameworks[0], code):
        found.append(there)
    return " ".join(found)


def _beside(framework: str, code: str) -> str:
    """What the catalogue has where the number would be."""
    above = ancestors(framework, code)
    if not above:
        return ""
    below = [item.code for item in items(framework).values() if item.parent == above[0]]
    said = {"above": above[0]}
    if not below:
        return _("%(above)s has no parts.") % said
    said |= {"first": below[0], "last": below[-1]}
    if len(below) == 1:
        return _("%(above)s has one part, %(first)s.") % said
    if len(below) == 2:
        return _("%(above)s has %(first)s and %(last)s.") % said
    return _("%(above)s has %(first)s to %(last)s.") % said


def other_name(framework: str, code: str, said: str, right: str, why: str) -> str:
    """``said``: the name that stands in the text."""
    known = items(framework)
    by_its_title = right in known and known[right].name.casefold() == said.casefold()
    named = right if by_its_title else called(framework, right)
    found = [_("“%(said)s” is %(right)s.") % {"said": said, "right": named}]
    if code in known:
        found.insert(0, _("%(code)s is “%(own)s”.") % {"code": code, "own": known[code].name})
    if why:
        found.append(why)
    return " ".join(found)


def guidance(code: str, right: str) -> str:
    text = _("%(code)s is guidance in Annex B and no control: a statement of applicability has no row for it.")
    control = _("The control is %(right)s.") % {"right": called("iso42001", right)}
    return f"{text % {'code': code}} {control}"


def older_edition(framework: str, code: str) -> str:
    """With what it has become in today's edition."""
    edition, now = older()[framework].edition, older()[framework].numbers.get(code, ())
    found = _("%(code)s is a number of %(name)s in its edition of %(year)s.") % {
        "code": code, "name": catalogue(framework).short, "year": edition,
    }  # fmt: skip
    if now:
        became = _(" and ").join(called(framework, each) for each in now)
        return f"{found} " + _("Today that is a part of %(now)s.") % {"now": became}
    return f"{found} " + _("Today’s edition is ordered otherwise.")


def spelling(framework: str, code: str) -> str:
    return _("%(name)s writes %(code)s.") % {"name": catalogue(framework).short, "code": code}
