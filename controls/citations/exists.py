"""Whether a number exists: in the catalogue, in the rest of a law, or in an earlier edition."""

import re

from controls.citations.known import laws, older
from controls.citations.titles import items

ARTICLE = re.compile(r"Art (?P<number>\d+)(?P<paragraph>\((?P<n>\d+)\))?(?P<rest>.*)")
LETTERED = re.compile(r"A\.(?P<group>\d+)(?:\.\d+){0,2}")
ROMAN = {"I": 1, "V": 5, "X": 10}


def exists(framework: str, code: str) -> bool:
    """Whether there is such a number, as far as one can know: of a law, the catalogue has a selection only."""
    if code in items(framework):
        return True
    if framework in laws():
        return _in_law(framework, code)
    if framework == "soc2" and code.endswith(".0"):
        return code[:-2] in items(framework)
    return code == "A.1" and framework == "iso42001"  # the annex begins with a general remark


def _in_law(framework: str, code: str) -> bool:
    law, found = laws()[framework], ARTICLE.fullmatch(code)
    if found is None:
        return 0 < _roman(code.removeprefix("Annex ")) <= law.annexes
    if not 0 < int(found["number"]) <= law.articles:
        return False
    article, known = f"Art {found['number']}", items(framework)
    if not found["paragraph"] or article not in law.paragraphs:
        return True
    if not 0 < int(found["n"]) <= law.paragraphs[article]:
        return False
    lettered = [each for each in known if each.startswith(f"{article}{found['paragraph']}(")]
    return not found["rest"] or not lettered or any(code.startswith(each) for each in lettered)


def _roman(number: str) -> int:
    values = [ROMAN.get(letter, 0) for letter in number]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def is_older(framework: str, code: str) -> bool:
    """Whether it is a number of the edition before, or lies in a group that only that one had."""
    if framework not in older():
        return False
    earlier, found = older()[framework], LETTERED.fullmatch(code)
    if code in earlier.numbers:
        return True
    groups = [int(each.removeprefix("A.")) for each in items(framework) if each.count(".") == 1]
    if found is None or not max(groups) < int(found["group"]) <= earlier.highest:
        return False
    return code.count(".") < 3 and any(f"{each}.".startswith(f"{code}.") for each in earlier.numbers)


def mirrored(code: str) -> str:
    """The control that a number of ISO/IEC 42001's Annex B gives guidance on; of an objective there, the objective.

    Empty where there is none.
    """
    control, known = f"A.{code.removeprefix('B.')}", items("iso42001")
    if control in known:
        return control
    above, _dot, last = control.rpartition(".")
    return above if last == "1" and above in known and known[above].kind == "objective" else ""
