"""Text into lines of a width."""

from collections.abc import Iterator

from grc.pictures.fonts import em

BREAK_AFTER = "-/_.,:;?&=@)]}|"


def lines(text: str, size: float, width: float, style: str = "regular") -> list[str]:
    """``text`` (cleaned) in lines of at most ``width`` points. A word that is wider is broken; a line break stays."""
    room, space = width / size + 0.001, em(" ", style)
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, room, space, style)]


def cut(text: str, size: float, width: float, style: str = "regular") -> str:
    """``text`` in one line, its end replaced by dots where it is wider than ``width``."""
    text = " ".join(text.split())
    if em(text, style) * size <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if em(text[:middle].rstrip() + "…", style) * size <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def _paragraph(text: str, room: float, space: float, style: str) -> Iterator[str]:
    if len(text) < 400 and em(text, style) <= room:
        yield text
        return
    words: list[str] = []
    used = 0.0
    for word in text.split(" "):
        width = em(word, style) if len(word) < 200 else room + 1
        if words and used + space + width <= room:
            words.append(word)
            used += space + width
            continue
        if words:
            yield " ".join(words)
        if width <= room:
            words, used = [word], width
            continue
        *whole, rest = _pieces(word, room, style)
        yield from whole
        words, used = [rest], em(rest, style)
    yield " ".join(words)


def _pieces(word: str, room: float, style: str) -> list[str]:
    """A word that is wider than a line, in pieces that are not; broken after a sign where there is one."""
    pieces = []
    while word:
        end, used = 0, 0.0
        while end < len(word) and (used := used + em(word[end], style)) <= room:
            end += 1
        end = max(end, 1)
        if end < len(word):
            sign = max((word.rfind(sign, end // 2, end) for sign in BREAK_AFTER), default=-1)
            end = sign + 1 if sign > 0 else end
        pieces.append(word[:end])
        word = word[end:]
    return pieces
