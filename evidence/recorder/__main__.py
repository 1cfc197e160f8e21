"""``python -m evidence.recorder``: what the operator of a recorder does by hand."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from evidence.recorder import durable, keystore, persons
from evidence.recorder.contents import ContentStore
from evidence.recorder.reader import LogReader, NotServed
from evidence.recorder.segments import LogDamaged
from evidence.recorder.server import Contract, LogServer, Tokens, listen_address
from evidence.recorder.settings import NotInitialised, Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder, request_rotation
from evidence.tlog import moment


def main(arguments: Sequence[str] | None = None) -> int:
    """Gives 0, or 1 after a sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (
        durable.InUse, NotInitialised, LogDamaged, NotServed, FileExistsError, ValueError, OSError,
    ) as error:  # fmt: skip
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evidence.recorder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = _command(commands, "init", "make a new recorder in a folder", _init)
    command.add_argument("--log-id", required=True, help="the log's name, such as example.com/ai-proxy/1")
    command.add_argument("--heartbeat", type=int, default=60, metavar="SECONDS")
    command.add_argument("--no-content", action="store_true", help="keep neither inputs and outputs nor their salts")
    command = _command(commands, "rotate", "bring a new signing key", _rotate)
    command.add_argument(
        "--compromised", metavar="INSTANT", help="the old key is no longer to be believed from this instant on"
    )
    command = _command(commands, "erase", "destroy one person's key, content and salts", _erase)
    command.add_argument("reference", help="the customer's own reference; - reads it from standard input")
    command = _command(commands, "open", "print what a decision's commitments commit to", _open)
    command.add_argument("decision_id")
    _command(commands, "status", "say how the log stands", _status)
    command = _command(commands, "serve", "serve the log, beside a writer or without one", _serve)
    command.add_argument("--listen", default="127.0.0.1:9940", metavar="HOST:PORT")
    return parser


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, run: object):  # type: ignore[no-untyped-def]
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=run)
    return command


def _init(options: argparse.Namespace) -> int:
    chosen = Settings(options.log_id, not options.no_content, options.heartbeat)
    key = initialise(options.folder, chosen)
    value = {"log_id": chosen.log_id, "fingerprint": key.fingerprint, **key.to_json()}
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
    return 0


def _rotate(options: argparse.Namespace) -> int:
    compromised = options.compromised or ""
    if compromised:
        moment.from_text(compromised)
    try:
        with Recorder(options.folder) as recorder:
            recorder.rotate(compromised)
    except durable.InUse:
        if not request_rotation(options.folder, compromised):
            sys.stderr.write("The running recorder did not rotate its key in time; look at its disk.\n")
            return 1
    key = keystore.read_ring(options.folder)[-1]
    sys.stdout.write(json.dumps({"fingerprint": key.fingerprint, **key.to_json()}, indent=2) + "\n")
    return 0


def _erase(options: argparse.Namespace) -> int:
    settings = Settings.load(options.folder)
    reference = sys.stdin.readline().strip() if options.reference == "-" else options.reference
    with closing(persons.PersonKeys(options.folder)) as store:
        if settings.keep_content:
            with closing(ContentStore(options.folder)) as contents:
                contents.erase_person(store.digest(reference))
        if not store.erase(reference):
            sys.stderr.write("Nobody is known by this reference, or the person was erased before.\n")
            return 1
    sys.stdout.write(
        "Erased: the key that tied this person to the records, and their inputs and outputs with the salts. "
        "Destroy the backups of these files too.\n"
    )
    return 0


def _open(options: argparse.Namespace) -> int:
    if not Settings.load(options.folder).keep_content:
        sys.stderr.write("This recorder keeps no content, so no commitment can be opened.\n")
        return 1
    with closing(ContentStore(options.folder)) as store:
        kept = store.of_decision(options.decision_id)
    for one in kept:
        value = {
            "what": one.what,
            "commit": one.commit,
            "salt": one.salt.hex(),
            "content": one.body.decode("utf-8", "replace"),
        }
        sys.stdout.write(json.dumps(value) + "\n")
    if not kept:
        sys.stderr.write("Nothing is kept for this decision: it is unknown, or its person was erased.\n")
    return 0 if kept else 1


def _status(options: argparse.Namespace) -> int:
    settings = Settings.load(options.folder)
    ring = keystore.read_ring(options.folder)
    try:
        lock = durable.FolderLock(options.folder)
        lock.release()
        writing = False
    except durable.InUse:
        writing = True
    published = options.folder / "checkpoint"
    with closing(persons.PersonKeys(options.folder)) as store:
        known = store.count()
    value = {
        "log_id": settings.log_id,
        "writing": writing,
        "records": LogReader(options.folder).size(),
        "published_s_ago": int(time.time() - published.stat().st_mtime),
        "persons": known,
        "keep_content": settings.keep_content,
        "keys": [{"fingerprint": key.fingerprint, **key.to_json()} for key in ring],
    }
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
    return 0


def _serve(options: argparse.Namespace) -> int:
    tokens = Tokens(os.environ.get("RECORDER_READ_TOKEN", ""), os.environ.get("RECORDER_LOOKUP_TOKEN", ""))
    server = LogServer(listen_address(options.listen), Contract(options.folder, tokens=tokens))
    sys.stdout.write(f"Serving {options.folder} on port {server.port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
