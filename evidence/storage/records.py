"""Reading records back, as received: the bytes that were signed."""

from collections.abc import Iterator

from django.db.models import QuerySet

from evidence.models.segment import Segment
from evidence.models.source import Source
from evidence.storage import segments
from evidence.storage.files import read_part
from evidence.tlog.tiles import WIDTH

AT_ONCE = 64
"""Segments whose places in the storage are looked up at once."""


class RecordMissing(LookupError):
    """This position was not taken in, or its segment is gone; ``str()`` is a sentence."""


def stored_entry(source: Source, seq: int) -> bytes:
    """The entry (key id, signature, payload) at position ``seq`` of a source: one query, one seek, one frame.

    Raises ``RecordMissing``, ``segments.SegmentDamaged``.
    """
    segment, frame = _find(source, seq)
    return _read(segment, frame)[seq - frame.first_seq]


def stored_entries(source: Source, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """The entries of positions ``first`` to ``last`` (both included), in order: one query for many segments.

    Raises as ``stored_entry``.
    """
    seq = first
    while seq <= last:
        covering = _segments(source).filter(last_seq__gte=seq, first_seq__lte=last).order_by("first_seq")
        found = list(covering[:AT_ONCE])
        if not found or found[0].first_seq > seq:
            raise RecordMissing(f"Position {seq} of {source.origin} was not taken in.")
        for segment in found:
            if segment.first_seq > seq:
                raise RecordMissing(f"Position {seq} of {source.origin} was not taken in.")
            for frame in segments.frames(bytes(segment.frames), segment.first_seq, segment.last_seq, segment.size):
                if frame.first_seq + frame.length <= seq or frame.first_seq > last:
                    continue
                for position, entry in enumerate(_read(segment, frame), frame.first_seq):
                    if seq <= position <= last:
                        yield position, entry
                        seq = position + 1
            if seq > last:
                return


def stored_tile_entries(source: Source, number: int) -> list[bytes]:
    """The entries of tile ``number``: positions ``256 * number`` and following, as far as they were taken in."""
    first = number * WIDTH
    last = min(first + WIDTH - 1, _last_seq(source))
    return [entry for _, entry in stored_entries(source, first, last)]


def _last_seq(source: Source) -> int:
    last = _segments(source).order_by("-first_seq").values_list("last_seq", flat=True).first()
    return -1 if last is None else int(last)


def _segments(source: Source) -> QuerySet[Segment]:
    return Segment.objects.within(source.organisation).filter(source=source)


def _find(source: Source, seq: int) -> tuple[Segment, segments.Frame]:
    segment = _segments(source).filter(first_seq__lte=seq).order_by("-first_seq").first()
    if segment is None or segment.last_seq < seq:
        raise RecordMissing(f"Position {seq} of {source.origin} was not taken in.")
    for frame in segments.frames(bytes(segment.frames), segment.first_seq, segment.last_seq, segment.size):
        if frame.first_seq <= seq < frame.first_seq + frame.length:
            return segment, frame
    raise RecordMissing(f"Position {seq} of {source.origin} is in no frame of {segment.path}.")


def _read(segment: Segment, frame: segments.Frame) -> list[bytes]:
    try:
        raw = read_part(segment.path, frame.offset, frame.size)
    except OSError as error:
        raise segments.SegmentDamaged(f"{segment.path} cannot be read: {error.strerror or error}.") from None
    return segments.unpack(raw, frame.length, segment.path)
