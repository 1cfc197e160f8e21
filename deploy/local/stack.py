"""PostgreSQL and Valkey as one thing to start and to stop, under one supervisor and one folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType

from deploy.local import env, postgres
from deploy.local.postgres import Postgres
from deploy.local.processes import Supervisor
from deploy.local.valkey import Valkey

START_LIMIT = 60.0  # seconds; PostgreSQL may have to recover after a kill


class Stack:
    """Used with `with`: on leaving, whatever was started through `supervisor` is stopped, the databases last.

    Raises env.Occupied when another supervisor runs in `folder`.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.lock = env.FolderLock(folder)
        self.supervisor = Supervisor(folder / "log")

    def __enter__(self) -> Stack:
        self.lock.take()
        (self.folder / "env").unlink(missing_ok=True)
        self.postgres = Postgres(self.folder / "postgres", durable=self.durable)
        self.valkey = Valkey(self.folder / "valkey", durable=self.durable)
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def _start(self) -> None:
        self.postgres.initialise()
        self.supervisor.start(self.postgres.service())
        self.supervisor.start(self.valkey.service())
        self.supervisor.wait_until(self.postgres.accepts, name="postgres", seconds=START_LIMIT)
        self.supervisor.wait_until(self.valkey.accepts, name="valkey", seconds=START_LIMIT)
        self.postgres.provision()

    def _stop(self) -> None:
        (self.folder / "env").unlink(missing_ok=True)
        self.supervisor.stop_all(last=("valkey", "postgres"))
        self.postgres.clean_up()
        self.lock.release()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def env(self) -> dict[str, str]:
        """What every process of Assay needs to find its way here."""
        return {
            "DATABASE_URL": self.postgres.url(),
            "REDIS_URL": self.valkey.url,
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(self.folder / "mail"),
            "DEBUG": "0",
            **env.keys(self.folder),
        }


def erase(folder: Path) -> None:
    """Removes a stack's data; raises env.Occupied while it runs."""
    lock = env.FolderLock(folder)
    lock.take()
    postgres.erase(folder / "postgres")
    shutil.rmtree(folder)
    lock.release()
