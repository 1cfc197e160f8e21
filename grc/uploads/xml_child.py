"""Run as a program of its own, by its path: reads XML documents from standard input within limits set on
itself.

Input: any number of documents, each a sequence of pieces (4-byte big-endian length, then the bytes) ended
by an empty piece; the end of the input ends the work. Output: ``ok``, or the reason why the first bad
document is refused. It imports nothing of ours, because it is started without our path, our environment and
our memory.
"""

import resource
import struct
import sys
from typing import BinaryIO
from xml.parsers import expat

MAX_DEPTH = 256


class Refused(Exception):
    """The document is not acceptable; the text completes “a part of it …”."""


def limit_self(memory_bytes: int, cpu_seconds: int) -> None:
    """Give this process its limits, before a byte of the input is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class DocumentReader:
    """One streaming parse that builds nothing: only declarations and depth are looked at."""

    def __init__(self) -> None:
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, piece: bytes, last: bool) -> None:
        """Read one piece; raises ``Refused``."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise Refused("needs too much memory") from None
            raise Refused("is not well-formed XML") from None

    def _doctype(self, *_: object) -> None:
        raise Refused("declares a document type (DOCTYPE), by which entities come in")

    def _entity(self, *_: object) -> None:
        raise Refused("declares XML entities")

    def _start(self, *_: object) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refused(f"is nested more than {MAX_DEPTH} levels deep")

    def _end(self, *_: object) -> None:
        self._depth -= 1


def read_documents(stream: BinaryIO) -> None:
    """Read every document of the stream; raises ``Refused`` at the first that is not acceptable."""
    reader: DocumentReader | None = None
    while header := stream.read(4):
        (length,) = struct.unpack(">I", header)
        reader = reader or DocumentReader()
        reader.feed(stream.read(length), last=length == 0)
        if length == 0:
            reader = None


def main() -> None:
    """Take memory limit in bytes and processor limit in seconds from the command line, and answer."""
    limit_self(int(sys.argv[1]), int(sys.argv[2]))
    try:
        read_documents(sys.stdin.buffer)
    except Refused as refused:
        sys.stdout.write(str(refused))
    except MemoryError:
        sys.stdout.write("needs too much memory")
    else:
        sys.stdout.write("ok")


if __name__ == "__main__":
    main()
