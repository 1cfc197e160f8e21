"""A profile, written from the lines that a framework has of those of its base."""

from collections.abc import Mapping, Sequence
from typing import Any

from controls.oscal.altering import alteration
from controls.oscal.catalog_writing import Writing, idents
from controls.oscal.facts import metadata_of
from controls.oscal.line import Line, item_of
from controls.oscal.names import VERSION
from controls.oscal.profile import Profile, resolve
from controls.oscal.refusal import OSCALRefused
from controls.oscal.said import Item


def written_profile(
    profile: Profile, lines: Sequence[Line], base: Sequence[Line], writing: Writing, resource: Item
) -> Item:
    """``{"profile": …}``: picks ``lines`` from those of ``base``, and says what is different in them.

    What the document said when it was read stands as it was, as long as it leads to the same lines. ``resource``: of
    the back matter, which names the base. A line that the base has not cannot be said in a profile, and is left out.
    """
    names = idents(base)
    whole = [whole_line(line, names[line.code], writing) for line in base]
    wanted = {line.code: line for line in lines}
    body: dict[str, Any] = {
        "uuid": profile.uuid,
        "metadata": metadata_of(profile.facts, modified=writing.modified, version=VERSION, who=writing.who),
    }
    if profile.imports and _leads_to(profile, whole, names, wanted, writing):
        return {"profile": body | profile.kept}
    picked = [names[line.code] for line in base if not line.is_group and line.code in wanted]
    body["imports"] = [{"href": f"#{resource['uuid']}", "include-controls": [{"with-ids": picked}]}]
    merge = profile.kept.get("merge") or ({"as-is": True} if any(line.is_group for line in lines) else {})
    if merge:
        body["merge"] = merge
    modify = {name: value for name, value in profile.modify.items() if name != "alters"}
    alters = [found for line in whole if line.code in wanted and not line.is_group
              if (found := _difference(line, wanted[line.code], names, writing))]  # fmt: skip
    if alters:
        modify["alters"] = alters
    if modify:
        body["modify"] = modify
    others = [each for each in profile.kept.get("back-matter", {}).get("resources", ())
              if each["uuid"] != resource["uuid"]]  # fmt: skip
    body["back-matter"] = {"resources": [*others, resource]}
    return {"profile": body}


def whole_line(line: Line, ident: str, writing: Writing) -> Line:
    """The line with its item whole, as a catalog would hold it."""
    item = item_of(line, ident=ident, with_texts=writing.with_texts)
    return Line(**{**vars(line), "item": item, "read_as": line.code})


def _leads_to(
    profile: Profile, base: list[Line], names: Mapping[str, str], wanted: Mapping[str, Line], writing: Writing
) -> bool:
    try:
        found = resolve(profile, base, names)
    except OSCALRefused:
        return False  # the base was changed since
    if {line.code for line in found if not line.is_group} != {c for c, line in wanted.items() if not line.is_group}:
        return False
    return not any(_difference(line, wanted[line.code], names, writing) for line in found if not line.is_group)


def _difference(line: Line, other: Line, names: Mapping[str, str], writing: Writing) -> Item:
    ident = names[line.code]
    return alteration(line.item, item_of(other, ident=ident, with_texts=writing.with_texts), ident)
