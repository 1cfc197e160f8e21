"""Properties and parts of an OSCAL object: found, and set, by name and namespace."""

from typing import Any

from controls.oscal.names import NS, OSCAL_NS, one_line

Item = dict[str, Any]


def is_named(item: Item, name: str, ns: str = OSCAL_NS) -> bool:
    """Whether a property or part has this name; without a namespace of its own it has OSCAL's."""
    return item.get("name") == name and item.get("ns", OSCAL_NS) == ns


def values_of(item: Item, name: str, ns: str = NS) -> list[str]:
    """The values of its properties called ``name``; in full, where a value is too long for a line."""
    found = (prop for prop in item.get("props", ()) if is_named(prop, name, ns))
    return [str(prop.get("remarks") or prop["value"]) if ns == NS else str(prop["value"]) for prop in found]


def value_of(item: Item, name: str, ns: str = NS) -> str:
    return next(iter(values_of(item, name, ns)), "")


def label_of(item: Item) -> str:
    """What it is called by people; of several labels the one without a class."""
    labels = [prop for prop in item.get("props", ()) if is_named(prop, "label")]
    plain = [prop for prop in labels if "class" not in prop]
    return str((plain or labels or [{"value": ""}])[0]["value"])


def part_of(item: Item, name: str, ns: str = OSCAL_NS) -> Item:
    """Its first part called ``name``; an empty one where it has none."""
    return next((part for part in item.get("parts", ()) if is_named(part, name, ns)), {})


def prop(name: str, value: str, ns: str = NS) -> Item:
    """A property, with its text in full below it where a value cannot hold it. ``value`` is not blank."""
    made: Item = {"name": name, "value": one_line(value)}
    if ns != OSCAL_NS:
        made = {"name": name, "ns": ns, "value": one_line(value)}
        if made["value"] != value:
            made["remarks"] = value
    return made


def set_values(item: Item, name: str, values: list[str], ns: str = NS) -> None:
    """Let its properties called ``name`` be these; where there are some, the new ones stand in their place."""
    props = item.get("props", [])
    at = next((number for number, each in enumerate(props) if is_named(each, name, ns)), len(props))
    kept = [each for each in props if not is_named(each, name, ns)]
    kept[at:at] = [prop(name, value, ns) for value in values if value.strip()]
    _put(item, "props", kept)


def set_label(item: Item, value: str) -> None:
    """Give it this label and keep those of a class: they are other spellings, by whoever wrote them."""
    for each in item.get("props", ()):
        if is_named(each, "label") and "class" not in each:
            each["value"] = one_line(value)
            return
    _put(item, "props", [prop("label", value, OSCAL_NS), *item.get("props", [])])


def set_part(item: Item, name: str, prose: str, *, ns: str = OSCAL_NS, ident: str = "") -> None:
    """Let its part called ``name`` say ``prose`` and nothing besides; without prose it has no such part."""
    parts = item.get("parts", [])
    at = next((number for number, each in enumerate(parts) if is_named(each, name, ns)), -1)
    before = parts[at] if at >= 0 else {}
    kept = [each for number, each in enumerate(parts) if number != at]
    if prose:
        made: Item = {"id": before["id"]} if "id" in before else {"id": ident} if ident and not before else {}
        made |= {"name": name} | ({"ns": ns} if ns != OSCAL_NS else {})
        made |= {key: before[key] for key in ("class", "title") if key in before} | {"prose": prose}
        kept.insert(at if at >= 0 else len(kept), made)
    _put(item, "parts", kept)


def prose_of(part: Item) -> str:
    """What a part says, with the parts inside of it: each in a line of its own, behind its label."""
    if "parts" not in part:
        return str(part.get("prose", ""))
    lines = [part["prose"]] if part.get("prose") else []
    for inner in part["parts"]:
        label = label_of(inner)
        text = prose_of(inner)
        if text or label:
            lines.append(f"{label} {text}".strip())
    return "\n".join(lines)


def _put(item: Item, name: str, values: list[Item]) -> None:
    if values:
        item[name] = values
    else:
        item.pop(name, None)
