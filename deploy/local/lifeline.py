"""What a child process needs so that it never outlives the one who started it, not even after kill -9."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def follow_parent(death: signal.Signals) -> None:
    """Asks the kernel to send this process `death` when its parent dies (Linux, prctl(2)).

    The kernel clears the wish when the user id changes and on fork: so after setuid, and in every child anew.
    """
    if _libc is None:
        raise OSError("a process can be tied to its parent on Linux only")
    parent = os.getppid()
    if _libc.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os.kill(os.getpid(), death)


def child_setup(parent: int, death: signal.Signals, user: pwd.struct_passwd | None) -> Callable[[], None]:
    """What a child does between fork and exec: become `user` if wanted, then tie itself to `parent` (a pid)."""

    def setup() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            os.umask(0o077)
        follow_parent(death)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return setup


def unprivileged() -> pwd.struct_passwd | None:
    """`nobody` where we are root, as PostgreSQL refuses to run as root; else None: we may stay who we are."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def anybody_reaches(folder: Path) -> bool:
    """True if a user without any rights of ours could open `folder` by its path."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
